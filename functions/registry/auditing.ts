import type { FunctionSpec } from './spec.ts';

/** What auditors call, and what keeps the record provable: on AWS a stack of its own inside the stack. */
export const auditing: readonly FunctionSpec[] = [];
