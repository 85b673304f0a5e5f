/** Whether a text is an origin as browsers write it: `https://www.acme.example`, without a path or slash behind it. */
export const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;
