import { expect, it } from 'vitest';
import { mask } from '../../src/engine/kernel/mask.ts';

it.each([
  ['+8613812345678', 'phone', '***78'],
  ['12345', 'phone', '***'],
  ['lee@example.com', 'email', 'l***@example.com'],
  ['@example.com', 'email', '***'],
  ['no address', 'email', '***'],
  ['c00001', 'id', 'c***'],
  [12345, 'id', '1***'],
  ['u1', 'id', '***'],
  ['李', 'name', '***'],
  ['Ring 1', 'address', '***'],
  [{ a: 1 }, 'other', '***'],
  [true, 'other', '***'],
  [null, 'name', null],
  ['shown', 'none', 'shown'],
] as const)('%j as %s is shown as %j', (value, kind, shown) => {
  expect(mask(value, kind)).toBe(shown);
});
