/** The session ended while the app was open: signing in again happens above the page, which keeps all that was typed. */
import { type FormEvent, useState } from 'react'
import { explainError } from '~/api/problem'
import { signedIn, signIn, signOut } from '~/api/session'
import { cache } from '~/data/cache'
import { forgetAll } from '~/data/forget'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { remember } from '~/lib/remember'
import { useEntries } from '~/outbox'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { PasswordField, TextField, useFocusWrong } from '~/ui/field'

export default function Expired() {
  const t = useText()
  const { me } = useMe()
  const waiting = useEntries().filter(({ state }) => state === 'waiting').length
  const [email, setEmail] = useState(me?.email ?? '')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const form = useFocusWrong(error)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    const before = signedIn.get()?.user
    try {
      const now = await signIn({ email, password })
      if (now.user !== before) {
        await forgetAll()
        remember('owner', now.user)
        location.assign('/')
        return
      }
      await cache.invalidateQueries()
    } catch (failed) {
      setError(failed)
    }
    setBusy(false)
  }
  const leave = async () => {
    signOut()
    await forgetAll()
    location.assign('/sign-in')
  }
  return (
    <Dialog title={t('leaving.expiredTitle')} onClose={() => undefined} stays>
      <form ref={form} onSubmit={submit} className="flex flex-col gap-4">
        <p className="-mt-2 text-muted">
          {t('leaving.expiredHint')}
          {waiting > 0 && ` ${t('leaving.waits', { count: waiting })}`}
        </p>
        <TextField
          label={t('account.email')}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <PasswordField
          label={t('account.password')}
          autoComplete="current-password"
          required
          data-first=""
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={error ? explainError(error) : undefined}
        />
        <Button type="submit" aria-disabled={busy}>
          {t('account.signIn')}
        </Button>
        <Button look="ghost" onClick={() => void leave()}>
          {t('leaving.otherAccount')}
        </Button>
      </form>
    </Dialog>
  )
}
