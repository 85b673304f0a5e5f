/** The source that a person's own calls, and the pages they come from, speak for. */
export const OWN_SOURCE = 'preference-center';
