// Makes src/api/schema.d.ts from the committed OpenAPI document; with --check, says whether it would differ.
import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const source = new URL('../../openapi.json', import.meta.url)
const target = new URL('../src/api/schema.d.ts', import.meta.url)
const text = `// Made from openapi.json by \`npm run gen\`; not to be edited.\n${astToString(await openapiTS(source, { alphabetize: true }))}`

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write('src/api/schema.d.ts does not match openapi.json: run `npm run gen`.\n')
    process.exit(1)
  }
} else {
  writeFileSync(target, text)
}
