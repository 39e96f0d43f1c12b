/** Signing in. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { signIn } from '~/api/session'
import { useText } from '~/i18n'
import { Button } from '~/ui/button'
import { PasswordField, TextField } from '~/ui/field'
import { isInvited, Outside, useEntering, useRegistrationOpen, whereTo } from './parts/outside'

export default function SignInPage() {
  const t = useText()
  const { to } = useSearch({ from: '/outside/sign-in' })
  const navigate = useNavigate()
  const open = useRegistrationOpen()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const { form, busy, wrong, fields, enter } = useEntering(() => signIn({ email: email.trim(), password }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await enter()) void navigate({ to: whereTo(to), replace: true })
  }
  return (
    <Outside
      title={t(isInvited(to) ? 'entering.invitedTitle' : 'entering.signInTitle')}
      text={t(isInvited(to) ? 'entering.invited' : 'entering.tagline')}
    >
      <form ref={form} onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t('account.email')}
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={fields.email}
        />
        <PasswordField
          label={t('account.password')}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={fields.password ?? wrong}
        />
        <Button type="submit" aria-disabled={busy} className="mt-2">
          {t('account.signIn')}
        </Button>
      </form>
      <p className="mt-6 text-center text-muted text-sm">
        {t('entering.noAccount')}{' '}
        {open ? (
          <Link
            to="/register"
            search={{ to }}
            className="font-semibold text-accent-text underline underline-offset-4"
          >
            {t('account.register')}
          </Link>
        ) : (
          t('entering.closed')
        )}
      </p>
      <p className="mt-3 text-center text-muted text-sm">{t('entering.forgotten')}</p>
    </Outside>
  )
}
