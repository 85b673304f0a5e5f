/** Text in an OData filter: a quote in it is written twice. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
