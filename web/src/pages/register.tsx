/** Making an account: address, password, and the zone that days are counted in. Weeks begin as they do where one is. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { register } from '~/api/session'
import { language, useText } from '~/i18n'
import { Button } from '~/ui/button'
import { PasswordField, TextField } from '~/ui/field'
import { Outside, useEntering, useRegistrationOpen, whereTo } from './parts/outside'
import { weekStartHere } from './parts/week-start'
import { ZoneSelect } from './parts/zone'
import { zoneHere } from './parts/zones'

export default function RegisterPage() {
  const t = useText()
  const { to } = useSearch({ from: '/outside/register' })
  const navigate = useNavigate()
  const open = useRegistrationOpen()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [zone, setZone] = useState(zoneHere)
  const { form, busy, wrong, fields, enter } = useEntering(() =>
    register({
      name: name.trim() || null,
      email: email.trim(),
      password,
      zone,
      week_start: weekStartHere(),
      language: language(),
    }),
  )
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (await enter()) void navigate({ to: whereTo(to), replace: true })
  }
  return (
    <Outside title={t('entering.registerTitle')} text={t(open ? 'entering.registerHint' : 'entering.closed')}>
      {open && (
        <form ref={form} onSubmit={submit} className="flex flex-col gap-4">
          <TextField
            label={t('account.name')}
            optional
            name="name"
            autoComplete="name"
            autoFocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={fields.name}
          />
          <TextField
            label={t('account.email')}
            type="email"
            name="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={fields.email}
          />
          <PasswordField
            label={t('account.password')}
            hint={t('account.passwordHint')}
            name="new-password"
            autoComplete="new-password"
            required
            minLength={10}
            maxLength={200}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={fields.password}
          />
          <ZoneSelect value={zone} onChange={setZone} error={fields.zone} />
          {wrong && (
            <p role="alert" className="text-danger text-sm">
              {wrong}
            </p>
          )}
          <Button type="submit" aria-disabled={busy} className="mt-2">
            {t('account.register')}
          </Button>
        </form>
      )}
      <p className="mt-6 text-center text-muted text-sm">
        {t('entering.haveAccount')}{' '}
        <Link
          to="/sign-in"
          search={{ to }}
          className="font-semibold text-accent-text underline underline-offset-4"
        >
          {t('account.signIn')}
        </Link>
      </p>
    </Outside>
  )
}
