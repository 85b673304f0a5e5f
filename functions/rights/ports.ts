import type { ErasePorts } from '../../lib/flow/erase.ts';
import type { Told } from '../../lib/flow/read-deliveries.ts';
import { acceptPorts, archive, bus, ledger, log, rightsCases, signer, trails } from '../app.ts';

/** What takes an erasure further, whoever does. */
export const erasePorts = (destinations: readonly Told[]) =>
  ({
    ...acceptPorts(),
    ...{ ledger: ledger(), log: log(), trails: trails(), destinations },
    ...{ cases: rightsCases(), signer: signer(), archive: archive(), bus: bus() },
  }) satisfies ErasePorts;
