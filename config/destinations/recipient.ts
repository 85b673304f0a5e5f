/** What is the same of every system that acts on Acme's behalf. */
export const processor = { role: 'processor', purpose: 'marketing', retention: 'P3Y' } as const;
