/** What belongs to the person: taking all of it along, and erasing all of it. Neither is a command, and both need the server. */
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api } from '~/api/client'
import { explainError, problemOf } from '~/api/problem'
import { reachSigned } from '~/api/session'
import { forgetPerson } from '~/data/forget'
import { useText } from '~/i18n'
import { uuid7 } from '~/lib/uuid'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { PasswordField, useFocusWrong } from '~/ui/field'
import { Icon } from '~/ui/icon'
import { say } from '~/ui/toast'
import { Panel } from '../parts/panel'

/** The browser fetches the file itself, so the access token must be fresh before it does. */
async function takeAlong(): Promise<void> {
  const response = await reachSigned(new Request(new URL('/v1/me', location.origin)))
  if (!response.ok) throw await problemOf(response)
  const link = document.createElement('a')
  link.href = '/v1/export'
  link.download = ''
  link.click()
}

/** The panel. */
export function Data() {
  const t = useText()
  const [asking, setAsking] = useState(false)
  const take = useMutation({
    networkMode: 'always',
    mutationFn: takeAlong,
    onError: (wrong) => say(explainError(wrong), { tone: 'bad' }),
  })
  return (
    <Panel title={t('data.title')}>
      <div className="flex flex-col divide-y divide-line">
        <Row text={t('data.exportText')}>
          <Button look="quiet" size="small" aria-disabled={take.isPending} onClick={() => take.mutate()}>
            <Icon name="download" className="size-4" />
            {t('data.export')}
          </Button>
        </Row>
        <Row text={t('data.eraseHint')}>
          <Button look="danger" size="small" onClick={() => setAsking(true)}>
            <Icon name="trash" className="size-4" />
            {t('data.eraseTitle')}
          </Button>
        </Row>
      </div>
      {asking && <Erase onClose={() => setAsking(false)} />}
    </Panel>
  )
}

/** What can be done, and what it means. */
function Row({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="flex flex-col items-start justify-between gap-x-6 gap-y-3 py-4 first:pt-0 last:pb-0 sm:flex-row sm:items-center">
      <p className="max-w-sm text-muted text-sm">{text}</p>
      {children}
    </div>
  )
}

function Erase({ onClose }: { onClose: () => void }) {
  const t = useText()
  const [password, setPassword] = useState('')
  const erase = useMutation({
    networkMode: 'always',
    mutationFn: () => api.delete('/v1/me', { body: { password }, headers: { 'idempotency-key': uuid7() } }),
    onSuccess: async () => {
      await forgetPerson()
      location.assign('/register')
    },
  })
  const form = useFocusWrong(erase.error)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    erase.mutate()
  }
  return (
    <Dialog title={t('data.eraseTitle')} onClose={onClose}>
      <form ref={form} onSubmit={submit} className="flex flex-col gap-5">
        <p className="-mt-2 text-muted">{t('data.eraseText')}</p>
        <PasswordField
          label={t('data.eraseConfirm')}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={erase.error ? explainError(erase.error) : undefined}
        />
        <div className="flex justify-end gap-2">
          <Button look="ghost" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" look="danger" aria-disabled={!password || erase.isPending}>
            {t('data.erase')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
