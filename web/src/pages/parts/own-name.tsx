import { useState } from 'react'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { give } from '~/outbox'
import { TextField } from '~/ui/field'

/** For whoever has no name, where others are about to see them: a field for it, and what keeps what is typed there. */
export function useOwnName() {
  const t = useText()
  const { me } = useMe()
  const [typed, setTyped] = useState('')
  const name = typed.trim()
  const keep = () => {
    if (me && !me.name && name) give({ kind: 'changeProfile', body: { name }, was: { name: null } })
  }
  const field = me && !me.name && (
    <TextField
      label={t('account.name')}
      optional
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      maxLength={200}
      autoComplete="name"
      className="w-full max-w-sm"
    />
  )
  return { field, keep }
}
