/** Settings: who you are, how it looks, when your days and weeks begin, where you are signed in. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { signOut } from '~/api/session'
import type { Me } from '~/api/types'
import { forgetAll } from '~/data/cache'
import { useMe } from '~/data/queries'
import { useText } from '~/i18n'
import { formatDay } from '~/lib/format'
import { useStore } from '~/lib/store'
import { useEntries } from '~/outbox'
import { act } from '~/outbox/act'
import { opened } from '~/shell/opened'
import { installOffer } from '~/shell/update'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { Select, TextField } from '~/ui/field'
import { Icon } from '~/ui/icon'
import { Segmented } from '~/ui/segmented'
import { Failed, Loading } from '~/ui/state'
import { clock } from './parts/changes'
import { Heading } from './parts/heading'
import { Panel } from './parts/panel'
import { Password } from './parts/password'
import { Sessions } from './parts/sessions'
import { ZoneSelect } from './parts/zone'

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

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
          <Profile key={`p${me.version}`} me={me} />
          <Look me={me} />
          <Calendar key={`c${me.workspace.version}`} me={me} />
          <Sessions />
          <Password email={me.email ?? ''} />
          <App />
          <SignOut />
        </div>
      )}
    </>
  )
}

function Profile({ me }: { me: Me }) {
  const t = useText()
  const [name, setName] = useState(me.name ?? '')
  const tidy = name.trim() || null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    act({ kind: 'changeProfile', body: { name: tidy }, was: { name: me.name ?? null } })
  }
  return (
    <Panel title={t('settings.profile')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t('settings.name')}
          hint={t('settings.nameHint')}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={200}
          autoComplete="name"
        />
        <p className="text-[0.9375rem]">
          <span className="block font-medium text-sm">{t('settings.email')}</span>
          {me.email}
        </p>
        <Button
          type="submit"
          look="quiet"
          size="small"
          className="self-start"
          disabled={tidy === (me.name ?? null)}
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

function Calendar({ me }: { me: Me }) {
  const t = useText()
  const { calendar, upcoming } = me.workspace
  const chosen = upcoming?.calendar ?? calendar
  const [draft, setDraft] = useState(chosen)
  const same = JSON.stringify(draft) === JSON.stringify(chosen)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    act({ kind: 'setCalendar', body: draft, was: chosen })
  }
  return (
    <Panel title={t('settings.calendar')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-muted text-sm">{t('settings.calendarHint')}</p>
        {upcoming && (
          <p className="rounded-2xl bg-accent-soft px-4 py-3 text-sm">
            {t('settings.upcoming', {
              date: formatDay(upcoming.from),
              zone: upcoming.calendar.zone.replaceAll('_', ' '),
              weekStart: t(`weekday.${upcoming.calendar.week_start}`),
              dayStart: clock(upcoming.calendar.day_start_minute),
            })}
          </p>
        )}
        <ZoneSelect value={draft.zone} onChange={(zone) => setDraft({ ...draft, zone })} />
        <div className="grid gap-4 min-[26rem]:grid-cols-2">
          <Select
            label={t('settings.weekStart')}
            value={draft.week_start}
            onChange={(event) =>
              setDraft({ ...draft, week_start: event.target.value as typeof draft.week_start })
            }
          >
            {WEEKDAYS.map((day) => (
              <option key={day} value={day}>
                {t(`weekday.${day}`)}
              </option>
            ))}
          </Select>
          <Select
            label={t('settings.dayStart')}
            hint={t('settings.dayStartHint')}
            value={draft.day_start_minute}
            onChange={(event) => setDraft({ ...draft, day_start_minute: Number(event.target.value) })}
          >
            {[...new Set([0, 60, 120, 180, 240, 300, 360, draft.day_start_minute])]
              .sort((one, next) => one - next)
              .map((minute) => (
                <option key={minute} value={minute}>
                  {clock(minute)}
                </option>
              ))}
          </Select>
        </div>
        <Button type="submit" look="quiet" size="small" className="self-start" disabled={same}>
          {t('action.save')}
        </Button>
      </form>
    </Panel>
  )
}

function App() {
  const t = useText()
  const offer = useStore(installOffer)
  return (
    <Panel title={t('settings.about')}>
      <div className="flex flex-wrap items-center gap-2">
        {offer && (
          <Button look="quiet" size="small" onClick={() => void offer.prompt()}>
            <Icon name="download" className="size-4" />
            {t('settings.install')}
          </Button>
        )}
        <Button look="quiet" size="small" onClick={() => opened.set({ name: 'keys' })}>
          <Icon name="keyboard" className="size-4" />
          {t('settings.keyboardShow')}
        </Button>
        <a
          href="/docs"
          className="inline-flex min-h-9 items-center px-3 text-accent-text text-sm underline underline-offset-4"
        >
          {t('settings.api')}
        </a>
      </div>
      {offer && <p className="mt-3 text-muted text-sm">{t('settings.installHint')}</p>}
    </Panel>
  )
}

function SignOut() {
  const t = useText()
  const navigate = useNavigate()
  const waiting = useEntries().some((entry) => entry.state === 'waiting')
  const [asking, setAsking] = useState(false)
  const leave = async () => {
    await signOut()
    await forgetAll()
    void navigate({ to: '/sign-in' })
  }
  return (
    <div className="mt-2 flex justify-center">
      <Button look="ghost" onClick={() => (waiting ? setAsking(true) : void leave())}>
        {t('account.signOut')}
      </Button>
      {asking && (
        <Dialog title={t('outbox.signOutTitle')} onClose={() => setAsking(false)}>
          <p className="mb-6 text-muted">{t('outbox.signOutText')}</p>
          <div className="flex justify-end gap-2">
            <Button look="ghost" onClick={() => setAsking(false)}>
              {t('action.cancel')}
            </Button>
            <Button onClick={() => void leave()}>{t('outbox.signOutAnyway')}</Button>
          </div>
        </Dialog>
      )}
    </div>
  )
}
