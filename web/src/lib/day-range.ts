/** The days that Momentum takes. Whoever types a year with two digits means one of these. */
export const DAYS = { least: '1900-01-01', most: '2200-12-31' }
