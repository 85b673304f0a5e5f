/** Stands for every function where a test is about the stack and not about what runs in it. */
export const handler = async (): Promise<string> => 'done';
