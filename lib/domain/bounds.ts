/** Bounds of one change, in a file of their own: who only refuses needs none of the schemas. */
export const MAX_CHOICES = 200;
export const MAX_BODY_BYTES = 32 * 1024;
export const MAX_VERSION_BYTES = 100 * 1024;
