/** What each part measures, and why it comes out as it does where it misses its aim. In the order of the page. */
export const NOTES: Readonly<Record<string, string>> = {
  accept: `An accepted change is a Query and a conditional PutItem. The floor is a put of an item as large through the very
same client; the SDK as it comes is slower than that (second row), and against it every ratio is higher by as much. A Query
costs as much processor time as a PutItem, so that the two requests alone reach 0.5; the aim leaves half a request for
everything Heed does. \`accept\` is the flow alone; \`handler\` is the function with its event, token, schemas and answer. A
token each: 4,000 people in turn, more than are remembered, so that each call checks an Ed25519 signature.`,
  engine: `The whole of Heed in one process on one thread: API, stream, bus, queues, three lanes and the simulators they
deliver to, over sockets. The floor is put by another process while that engine rests. A change that comes alone causes
more than twenty requests between these parts; many at once share them. On AWS these are separate machines.`,
  deliver: `A lane's worker on messages as SQS gives them, with a vendor and a bus that answer at once: ledger read, request,
settle, announcement. Ten share one BatchGetItem and one PutEvents. One alone pays for three requests of AWS where the floor
has one, and cannot reach half of it; a lane under load gets batches. "A processor second" counts this process alone.`,
  translate: `Data in, calls out, replies read; nothing serialised, nothing sent. A destination with more requests looks
somebody up first, or asks how the vendor fares. Signing is counted apart: it is made of the request itself, or anew for
each. A bundle's own part is what its lane's worker holds beyond what every lane's does.`,
  start: `A fresh process for every start, in turns; bundles as \`cdk/bundling.ts\` says. The bare client's bundle makes one
request; a function does its first piece of work: \`changes\` reads the tokens' secret, queries and puts; \`notices\`,
\`republish\` and \`reconcile\` make many requests, which is their work and no fault of their bundles. What a function has on top
of the client, in processor time: zod 9 ms, its schemas 5, a second client and its first request 5, WebCrypto for a token 4,
libphonenumber 5, middy 3, undici 28 (in \`deliver\`).`,
  store: `The same read and write for subjects with a short past and one with a long one, in turns.`,
  tap: `What \`npm start\` invites to: the page of the sample person, every destination enabled, and a simulator behind each. All
of it is one process on one thread, the simulators included; on AWS each lane has a machine of its own.`,
  past: `One person whose versions were recorded an hour apart; one in twenty was told up to a hundred days late. Moments all over that
past. What had been known is looked for in turns in the middle and where it would lie if versions had come at a steady pace; what
had been chosen by that and the list of late versions, of which only those told since are read. Requests and read units are means over twenty moments.`,
  verify: `The program as an auditor runs it, its start included, on packs as bulk ones are, of documents of about 3 kB. They are made by
\`bench/period-pack.ts\` from the format's page, not by Heed. Each byte is read twice: once for the manifest's digests, once for what
it says.`,
  search: `Versions of as many people, recorded within an hour and indexed by the function itself; one in ten has the source that is
searched for, one in twenty failed. One search after the other, in this process. A page of deliveries reads the delivery item of each
version, and for what failed the version too: those read units are of the answer, not of the search.`,
  checkpoint: `Versions are made up as they are asked for, ten thousand a minute; the archive is a folder. Peak is what the system says
the process holds, looked at every 5 ms, the runtime itself included. The chain: the same \`accept\` bundled twice and run in turns on one engine, once
with SHA-256 and the canonical form replaced by what merely tells texts apart, and without the attributes that only proving and
searching need. On AWS the requests take longer, and the ratio is nearer to 1.`,
  audit: `One engine in one process that holds them all, at rest: two destinations have been told of every version, every version is
searchable and in a checkpoint. One question after the other, each of another person. Every read is put on record before it is
answered, and that is in the time.`,
  browser: `The page of the sample person in Chromium, as large as a phone: each first visit in a fresh profile, then the same
once more. A phone on slow 4G as Lighthouse applies it: 562.5 ms for each request, 1.5 Mbit/s, a processor a quarter as fast.
Bytes are those over the wire, headers included. Interactive: the script listens and a tap is saved; until then, and without
it, the page is a form that works. The engine runs in the process that measures, on the same cores as the browser.`,
};
