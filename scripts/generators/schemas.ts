import { generateSchemas } from '../generate-schemas.ts';

export const order = 10;

/** Types, validators and the schemas as a module, all made from schemas/. */
export const outputs = generateSchemas;
