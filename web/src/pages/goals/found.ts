/** Without accents, and in one case: `Ä` is found by `a`, and `ß` by `ss`. */
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toUpperCase()

/** Whether a title has what is looked for in it. */
export const isFound = (title: string, find: string) => plain(title).includes(plain(find.trim()))
