import { MINUTE } from '../../lib/domain/time.ts';
import type { ErasePorts } from '../../lib/flow/erase.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import { acceptPorts, archive, bus, ledger, log, rightsCases, signer, trails } from '../app.ts';

/**
 * A lane's message is taken again six minutes after its worker died at the latest, and what a vendor applies in its own time
 * is told once more after at most a quarter of an hour.
 */
const REST = 30 * MINUTE;

/** What takes an erasure further, whoever does. */
export const erasePorts = (destinations: readonly Told[]) =>
  ({
    ...acceptPorts(),
    ...{ ledger: ledger(), log: log(), trails: trails(), destinations },
    ...{ cases: rightsCases(), signer: signer(), archive: archive(), bus: bus() },
    rest: REST,
  }) satisfies ErasePorts;
