/** Systems people ask for that have nothing Heed could tell. */
export const systemsNotServed: readonly string[] = ['Torii', 'Blissfully (Vendr)', 'Medallia DXA (Decibel)'];

/** Written by hand: what was looked for there, what it means, and what to do instead. */
export const notServed = `## Not served

For these three no interface was found that takes a person's permission. Heed has no destination for them, and no card
pretends that it does: nothing reaches them unless you build the last step. That none exists cannot be proved from
outside; ask the vendor, and if there is one, [add it](adding-a-destination.md).

**Torii** lists the software a company uses, and who uses it. Its API reads applications, users and contracts, and writes
contract fields, fields of applications and the accounts of custom integrations (<https://developers.toriihq.com>). Those
are employees' accounts; nothing in it holds whether a customer may be contacted. There is nothing to withdraw there. If
customers' addresses do end up in a custom field, treat that field as a copy that you have to clear yourself.

**Blissfully** became part of **Vendr**. Vendr's public API is about catalogues, prices and purchases of software; no call
that stores or honours a preference was found in its published OpenAPI document. The same holds: nothing to withdraw.

**Medallia DXA** (once Decibel) records how people use a website. What decides is whether its script is loaded for a
visitor, in the browser; no server interface for consent or for opting out was found. Medallia's Journey Analytics and
its MXO mobile kit have opt-outs of their own, but they are other products, and telling them changes nothing in DXA.
People who withdrew are recorded until the page itself asks first.

**What to do instead: the webhook.** Give the last step to something you run. Heed posts every version there, signed
(Standard Webhooks) and without contact data; what you write looks up the person by \`subject\` and does what is needed:
clears a field, or sets the flag by which your tag manager decides whether to load a script.

\`\`\`ts
// heed.config.ts, or a file of config/destinations/
destinations: {
  webhook: {
    settings: {
      url: 'https://hooks.acme.example/heed',  // what you run
      topics: ['acme/data-sharing'],           // what that system must honour; 'all' for everything
    },
  },
},
\`\`\`

\`\`\`ts
// What you run: verify, drop repeats, keep the newest
import { Webhook } from 'standardwebhooks';

const event = new Webhook(key).verify(body, headers);    // throws unless Heed sent it
if (seen(headers['webhook-id'])) return;                 // at least once: the same id is the same message
if (Number(event.sequence) <= newestOf(event.subject)) return;
for (const { topic, channel, state } of event.data.state.choices)
  setFlag(event.subject, topic, channel, state === 'granted');
\`\`\`

A choice that has no row was never made: leave it as it is. For DXA the safe default is not to load the script until
\`state\` is \`granted\`; for a visitor who is not signed in only the page can ask. Answer 2xx once it is done: Heed tries
again until then, lists it under \`GET /v1/subjects/{subject}/deliveries\`, and sounds the lane's alarm when it fails.`;
