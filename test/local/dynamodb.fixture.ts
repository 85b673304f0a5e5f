import { startDynamo } from '../../local/dynamodb.ts';

/** A process of its own that starts the engine on the folder given, prints the engine's pid, and stays. */
const { pid } = await startDynamo({ data: process.argv[2] ?? '' });
console.log(pid);
setInterval(() => undefined, 60_000);
