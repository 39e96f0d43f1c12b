/** The workspace that the settings below are about: what it is called, and who belongs to it. */
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '~/api/client'
import type { Me } from '~/api/types'
import { sayDone, useManaging } from '~/data/manage'
import { useCalled } from '~/data/sharing'
import { useRole } from '~/data/use'
import { useText } from '~/i18n'
import { Button, buttonLook } from '~/ui/button'
import { TextField } from '~/ui/field'
import { Panel } from '../parts/panel'

/** The panel. */
export function Place({ me }: { me: Me }) {
  const t = useText()
  const role = useRole()
  const called = useCalled()
  return (
    <Panel title={t('place.title')}>
      <p className="mb-4 break-words">
        <bdi className="font-medium">{called}</bdi>
        <span className="block text-muted text-sm">{t(`place.${role}`)}</span>
      </p>
      <div className="flex flex-col items-start gap-4">
        {role === 'owner' && <Name was={me.workspace.name ?? ''} />}
        <Link to="/members" className={buttonLook({ look: 'quiet', size: 'small' })}>
          {t(role === 'owner' ? 'place.membersAndInvitations' : 'place.members')}
        </Link>
      </div>
    </Panel>
  )
}

function Name({ was }: { was: string }) {
  const t = useText()
  /** What is typed, until it is so. */
  const [typed, setTyped] = useState<string>()
  if (typed === was) setTyped(undefined)
  const name = typed ?? was
  const tidy = name.trim()
  const rename = useManaging(
    (next: string | null, headers) => api.put('/v1/workspace/name', { headers, body: { name: next } }),
    (_, answer) => sayDone(t('place.renamed'), t('event.WorkspaceRenamed'), answer),
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTyped(tidy)
    if (tidy !== was && !rename.isPending) rename.mutate(tidy || null)
  }
  return (
    <form onSubmit={submit} className="flex w-full flex-col gap-4">
      <TextField
        label={t('place.name')}
        hint={t('place.nameHint')}
        value={name}
        onChange={(event) => setTyped(event.target.value)}
        maxLength={200}
        autoComplete="off"
      />
      <Button
        type="submit"
        look="quiet"
        size="small"
        className="self-start"
        aria-disabled={tidy === was || rename.isPending}
      >
        {t('action.save')}
      </Button>
    </form>
  )
}
