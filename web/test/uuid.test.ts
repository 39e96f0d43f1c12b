import { expect, test } from 'vitest'
import { uuid7 } from '~/lib/uuid'

test('ids are UUIDv7 of their instant, and differ', () => {
  const now = Date.parse('2026-11-21T10:00:00Z')
  const id = uuid7(now)
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(now)
  expect(new Set(Array.from({ length: 100 }, () => uuid7(now))).size).toBe(100)
})
