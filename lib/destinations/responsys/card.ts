import type { Card } from '../card.ts';

const DOCS = 'https://docs.oracle.com/en/cloud/saas/marketing/responsys-develop';
const REST = `${DOCS}/API/REST`;

export const card: Card = {
  about:
    'Oracle Responsys runs campaigns over a profile list. The list holds one permission per channel for each member; what a member wants to hear about stands in columns that your account adds.',
  native: [
    'Stopping everything on e-mail or SMS at once sets the channel’s permission status in the list to O, for programs that no topic maps as well; `globalStop` turns that off.',
    'A later grant sets it back to I: by default only where Heed itself had set the O, which each grant is looked up for (`lift`).',
  ],
  custom: [
    'Each topic and channel is a column of a profile extension table. Columns of the list itself are not used: a merge into the list carries a default permission for whatever it leaves out, a merge into the extension table has none.',
  ],
  cannot: [
    'Push, phone and post.',
    'A topic alone keeps nobody from getting a campaign: campaigns have to be filtered by its column.',
    'Somebody who is known by a number alone is not added, because such members need a country, and lists for triggered messages an address. Members are added for a grant on e-mail only, opted out of SMS and post until they say otherwise.',
    'An opt-out that Heed knows nothing of is not lifted by default; such a grant needs the person, who has to opt in at Responsys.',
  ],
  access: [
    'A user for web services with rights to the profile list and to its extension table, as user name and password.',
    'The account’s login host. All other requests go to the host that the login’s answer names.',
    'An extension table with a text column for each topic and channel, and beside it text columns for the evidence if you want it kept.',
  ],
  limits: [
    'Requests are counted per account, function and minute: in Oracle’s example 1,000 merges, 100 look-ups and 10 logins; your own numbers are at /rest/api/ratelimit of the host that the login names. Heed sends 3 a second.',
    '200 members in one merge, 10 MB at most.',
    'With `lift` at "own" every grant costs a look-up of one person, which bounds grants to about 100 a minute; with "any" they share requests like everything else.',
  ],
  evidence: [
    '`EMAIL_PERMISSION_REASON_` and `MOBILE_PERMISSION_REASON_` (255): “Heed stop:” or “Heed grant:”, then source, method, time, notice, subject and version, and legal basis.',
    'With the setting `evidence`, two text columns beside each choice: its time, and the same line.',
  ],
  reports: [
    'By its Event Notification API, which Oracle opens on request and sells apart: a callback with Basic authentication on /v1/destinations/responsys/notices, subscribed to EMAIL_OPTOUT, EMAIL_COMPLAINT and SMS_OPT_OUT. The password is one of `noticeSecrets`; where only an address can be given, the secret may be its last part.',
    'These notices are NOT SIGNED, carry no time and name the member by an id. Heed therefore takes one as a hint only, asks the list for that member, and believes the list. The time of the withdrawal is the one on Responsys’s answer.',
    'There is nothing to poll: the list cannot be asked for members by date, the extension table that can holds no permission, and contact event data are files on SFTP. Without the notifications an opt-out made at Responsys does not reach Heed, which is why grants do not lift it.',
    'An opt-in at Responsys names no topic and is not taken for a grant.',
  ],
  confirmed: [
    {
      fact: 'Login, and that the answer names the host of all else.',
      source: `${DOCS}/API/GetStarted/Authentication/auth-endpoints-rest.htm`,
    },
    {
      fact: 'Merging members: rule, fields, 200 a request.',
      source: `${REST}/api-v1.3-lists-listName-members-post.htm`,
    },
    {
      fact: 'A line that failed reads MERGEFAILED in a 200, at its own place.',
      source: `${REST}/AFTM/haapi-v1.3-lists-listName-members-post.htm`,
    },
    {
      fact: 'Merging into an extension table, and its match columns without an underscore.',
      source: `${REST}/api-v1.3-lists-listName-listExtensions-petName-members-post.htm`,
    },
    {
      fact: 'Looking members up with their keys in the body.',
      source: `${REST}/api-v1.3-lists-listName-members-post-actionGet.htm`,
    },
    {
      fact: 'What event notifications carry, that they need Basic authentication, and that they name opt-outs by id.',
      source: `${REST}/EventNotification/event-responses.htm`,
    },
    {
      fact: 'Limits, and how exceeding them and an ended session are reported.',
      source: 'github.com/api-evangelist/responsys',
    },
  ],
  unconfirmed: [
    {
      doubt:
        'Whether `defaultPermissionStatus` also meets members who are there already. Every merge into the list says the status of the channel it is about, and its default is OPTOUT; should the default meet other channels too, a stop on one would reach them.',
    },
    {
      doubt:
        'How a merge names a member who is not there: by a code, in words, or by nothing. All three are read as nobody.',
    },
    {
      doubt: 'What the extension’s merge calls its match column: two editions of the reference differ.',
      setting: 'extensionMatch',
    },
    { doubt: 'How the list writes mobile numbers.', setting: 'phone' },
    {
      doubt: 'Whether Responsys reports opt-outs made by its API. Heed knows its own by their reason.',
      setting: 'lift',
    },
  ],
};
