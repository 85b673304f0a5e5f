import { GppModel } from '@iabgpp/cmpapi';
import { Base64Url, BitLength, Segment, SegmentIDs, type TCModel, TCString } from '@iabtechlabtcf/core';
import type { EvidenceBody } from '../domain/change.ts';
import type { Fault } from '../domain/refusal.ts';

type ConsentStringsBody = NonNullable<EvidenceBody['consentStrings']>;

/**
 * What is wrong with consent strings, read by the IAB's own libraries. Nothing else is ever made of what is in them: they
 * are evidence of what a site has shown, and no choice.
 */
export function faultsOfConsentStrings({ tcf, gpp }: ConsentStringsBody): readonly Fault[] {
  return [
    ...(tcf === undefined ? [] : faultsAt('tcf', tcfFault(tcf))),
    ...(gpp === undefined ? [] : faultsAt('gpp', gppFault(gpp))),
  ];
}

const faultsAt = (name: keyof ConsentStringsBody, message: string | undefined): readonly Fault[] =>
  message === undefined ? [] : [{ path: `evidence.consentStrings.${name}`, message }];

/** From this day on a string without the segment is none: TCF 2.3, in force since 2026-02-28. https://iabeurope.eu/tcf-2-3 */
const DISCLOSURE_SINCE = Date.UTC(2026, 1, 28);

function tcfFault(text: string): string | undefined {
  const model = read(() => TCString.decode(text));
  if (!isWhole(model)) return 'not a TC string of version 2';
  const late = model.lastUpdated.getTime() >= DISCLOSURE_SINCE;
  return late && !text.split('.').slice(1).some(disclosesVendors)
    ? 'a TC string of 2026-02-28 or later has a segment of disclosed vendors (TCF 2.3)'
    : undefined;
}

const isWhole = (model: TCModel | undefined): model is TCModel =>
  model?.version === 2 && Number.isFinite(model.lastUpdated?.getTime());

/** The kind of a segment is in its first three bits. */
const disclosesVendors = (segment: string): boolean => {
  const bits = Base64Url.decode(segment.charAt(0)).slice(0, BitLength.segmentType);
  return SegmentIDs.ID_TO_KEY[Number.parseInt(bits, 2)] === Segment.VENDORS_DISCLOSED;
};

/** A header, and sections by its word: each must be readable, and says what it says. */
function gppFault(text: string): string | undefined {
  const sections = read(() => new GppModel(text).toObject());
  return text.startsWith('DB') && sections !== undefined ? undefined : 'not a GPP string';
}

function read<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}
