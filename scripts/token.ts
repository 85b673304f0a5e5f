import '../local/quiet.ts';
import { fail } from '../local/stopping.ts';
import { tokenCommand } from './token/command.ts';

tokenCommand(process.argv.slice(2), process.env).then(console.log, fail);
