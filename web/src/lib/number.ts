/** Thousands set apart, as in `10,000` and `10.000`. */
const GROUPED = /^[1-9]\d{0,2}([.,]\d{3})+$/

/** A number from what a person types: `1.5`, `1,5`, `10,000`. Not a number, if it is none. */
export function parseNumber(text: string): number {
  const tidy = text.trim()
  const plain = GROUPED.test(tidy) ? tidy.replace(/[.,]/g, '') : tidy.replace(',', '.')
  return plain === '' ? Number.NaN : Number(plain)
}
