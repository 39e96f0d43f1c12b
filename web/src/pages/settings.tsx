/** Settings: who you are, how it looks, when your days and weeks begin, where you are signed in. */
import { type FormEvent, Suspense, useState } from 'react'
import type { Me } from '~/api/types'
import { useMe } from '~/data/use'
import { allTexts, useText } from '~/i18n'
import { act } from '~/outbox/act'
import { Button } from '~/ui/button'
import { TextField } from '~/ui/field'
import { lazily } from '~/ui/lazily'
import { Segmented } from '~/ui/segmented'
import { Failed, Loading } from '~/ui/state'
import { Heading } from './parts/heading'
import { Panel } from './parts/panel'

/** What lies below the first screen. */
const Below = lazily(() => allTexts().then(() => import('./settings/below')))

export default function SettingsPage() {
  const t = useText()
  const { me, error, refetch } = useMe()
  return (
    <>
      <Heading title={t('settings.title')} />
      {!me &&
        (error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <Loading lines={3} className="h-40 !rounded-card" />
        ))}
      {me && (
        <div className="flex flex-col gap-4">
          <Profile me={me} />
          <Look me={me} />
          <Suspense fallback={<Loading lines={3} className="h-40 !rounded-card" />}>
            <Below me={me} />
          </Suspense>
        </div>
      )}
    </>
  )
}

function Profile({ me }: { me: Me }) {
  const t = useText()
  const was = me.name ?? ''
  /** What is typed, where that is anything else. */
  const [typed, setTyped] = useState<string>()
  const name = typed ?? was
  const tidy = name.trim() || null
  const isSame = tidy === (me.name ?? null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTyped(undefined)
    if (!isSame) act({ kind: 'changeProfile', body: { name: tidy }, was: { name: me.name ?? null } })
  }
  return (
    <Panel title={t('settings.profile')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t('settings.name')}
          hint={t('settings.nameHint')}
          value={name}
          onChange={(event) => setTyped(event.target.value)}
          maxLength={200}
          autoComplete="name"
        />
        <Button
          type="submit"
          look="quiet"
          size="small"
          className="self-start"
          // Once it is pressed there is nothing to save; disabled, it would lose the focus.
          aria-disabled={isSame}
        >
          {t('action.save')}
        </Button>
      </form>
    </Panel>
  )
}

function Look({ me }: { me: Me }) {
  const t = useText()
  const { theme, language } = me
  return (
    <Panel title={t('settings.look')}>
      <div className="flex flex-wrap gap-x-8 gap-y-5">
        <Segmented<Me['theme']>
          label={t('settings.theme')}
          value={theme}
          onChange={(next) => act({ kind: 'changePreferences', body: { theme: next }, was: { theme } })}
          options={[
            { value: 'system', label: t('settings.themeSystem') },
            { value: 'light', label: t('settings.themeLight') },
            { value: 'dark', label: t('settings.themeDark') },
          ]}
        />
        <Segmented<Me['language']>
          label={t('settings.language')}
          value={language}
          onChange={(next) => act({ kind: 'changePreferences', body: { language: next }, was: { language } })}
          options={[
            { value: 'en', label: 'English' },
            { value: 'de', label: 'Deutsch' },
          ]}
        />
      </div>
    </Panel>
  )
}
