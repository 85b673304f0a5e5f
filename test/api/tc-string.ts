import { GVL, Segment, TCModel, TCString, type VendorList } from '@iabtechlabtcf/core';

/** A list with one vendor, who asks consent for every purpose. */
const purposes = Object.fromEntries(
  Array.from({ length: 11 }, (_, i) => [
    i + 1,
    { id: i + 1, name: `${i + 1}`, description: '', illustrations: [], descriptionLegal: '' },
  ]),
);
const everyPurpose = Object.values(purposes).map(({ id }) => id);

const list: VendorList = {
  ...{ gvlSpecificationVersion: 3, vendorListVersion: 120, tcfPolicyVersion: 5 },
  ...{
    lastUpdated: '2026-03-05T16:00:00Z',
    purposes,
    specialPurposes: {},
    features: {},
    specialFeatures: {},
  },
  ...{ stacks: {}, dataCategories: {} },
  vendors: {
    8: {
      ...{ id: 8, name: 'A vendor', purposes: everyPurpose, legIntPurposes: [], flexiblePurposes: [] },
      ...{ specialPurposes: [], features: [], specialFeatures: [], policyUrl: 'https://vendor.example' },
      ...{ cookieMaxAgeSeconds: null, usesCookies: false, cookieRefresh: false, urls: [] },
      ...{ usesNonCookieAccess: false, dataDeclaration: [] },
    },
  },
};

/** A string of the IAB's own encoder that consents to everything. `disclosed`: with the segment that TCF 2.3 wants. */
export function tcString(lastUpdated: string, { disclosed }: { readonly disclosed: boolean }): string {
  const model = new TCModel(new GVL(list));
  Object.assign(model, { cmpId: 10, cmpVersion: 2, consentLanguage: 'EN', publisherCountryCode: 'DK' });
  model.isServiceSpecific = true;
  model.setAllPurposeConsents();
  model.setAllVendorConsents();
  model.setAllVendorsDisclosed();
  model.created = new Date(lastUpdated);
  model.lastUpdated = new Date(lastUpdated);
  const segments = disclosed ? [Segment.CORE, Segment.VENDORS_DISCLOSED] : [Segment.CORE];
  return TCString.encode(model, { segments });
}
