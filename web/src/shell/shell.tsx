/** What stands around every page: where to go, what is not saved yet, and what opens above. */
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { expired } from '~/api/session'
import { useMe, usePast } from '~/data/use'
import { allTexts, speak, type TextKey, textsOf, useText } from '~/i18n'
import { useStore } from '~/lib/store'
import { applyTheme } from '~/lib/theme'
import { Icon, type IconName, Mark } from '~/ui/icon'
import { lazily, quietly } from '~/ui/lazily'
import { opened } from './opened'
import { Saving } from './saving'

const loadDialogs = () => allTexts().then(() => import('./dialogs'))
const Opened = lazily(loadDialogs)
const PastBanner = lazily(() => allTexts().then(() => import('./past')))
const Shortcuts = quietly(() => import('./shortcuts'))
const Workspaces = quietly(() => allTexts().then(() => import('./workspaces')))
const Incomplete = quietly(() => allTexts().then(() => import('./incomplete')))
const Expired = lazily(() => textsOf('aside').then(() => import('./expired')))

const PLACES: { to: '/' | '/goals' | '/weeks' | '/history' | '/settings'; icon: IconName; name: TextKey }[] =
  [
    { to: '/', icon: 'today', name: 'nav.today' },
    { to: '/goals', icon: 'goals', name: 'nav.goals' },
    { to: '/weeks', icon: 'weeks', name: 'nav.weeks' },
    { to: '/history', icon: 'history', name: 'nav.history' },
    { to: '/settings', icon: 'settings', name: 'nav.settings' },
  ]

/** The frame of all pages for those who are signed in. */
export function Shell() {
  const t = useText()
  const open = useStore(opened)
  const isExpired = useStore(expired)
  const past = usePast()
  useEffect(() => {
    // When all else is done: who presses a key wants to type at once, and is told then where it could not be had.
    const timer = setTimeout(() => loadDialogs().catch(() => undefined), 2_000)
    return () => clearTimeout(timer)
  }, [])
  useLooks()
  useTopFocus()
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[14.5rem_1fr] print:block">
      <a
        href="#main"
        className="sr-only z-50 rounded-full bg-accent px-5 py-3 font-semibold text-accent-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {t('app.skip')}
      </a>
      <Sidebar />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-[52rem] px-5 pt-[max(1.25rem,env(safe-area-inset-top))] pb-[calc(var(--foot)+2.5rem)] outline-none md:px-10 md:pt-12 md:pb-20"
      >
        <Suspense>
          <Workspaces />
          <Incomplete />
        </Suspense>
        <Suspense>{past && <PastBanner past={past} />}</Suspense>
        <Outlet />
      </main>
      <Tabs />
      <Suspense>
        <Shortcuts />
      </Suspense>
      <Suspense>{open && <Opened open={open} />}</Suspense>
      <Suspense>{isExpired && <Expired />}</Suspense>
    </div>
  )
}

/** The desk's way around. */
function Sidebar() {
  const t = useText()
  return (
    <div className="sticky top-0 hidden h-dvh flex-col border-line border-r px-4 py-7 md:flex print:hidden">
      <div className="mb-9 flex items-center gap-3 px-3">
        <Mark />
        <span className="font-bold text-lg tracking-tight">{t('app.name')}</span>
      </div>
      <Suspense>
        <Workspaces beside />
      </Suspense>
      <nav aria-label={t('app.navigation')} className="flex flex-col gap-1">
        {PLACES.map(({ to, icon, name }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className="flex min-h-11 items-center gap-3.5 rounded-xl px-3 font-medium text-[0.9375rem] text-muted transition-colors hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent-text"
          >
            <Icon name={icon} />
            {t(name)}
          </Link>
        ))}
      </nav>
      <div className="mt-auto">
        <Saving />
      </div>
    </div>
  )
}

/** The thumb's way around. */
function Tabs() {
  const t = useText()
  return (
    <div className="fixed inset-x-0 bottom-0 z-20 border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden print:hidden">
      <Saving />
      <nav aria-label={t('app.navigation')} className="flex px-1">
        {PLACES.map(({ to, icon, name }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className="group flex min-h-16 min-w-0 grow flex-col items-center justify-center gap-0.5 rounded-xl font-medium text-[0.6875rem] text-muted aria-[current=page]:text-accent-text"
          >
            <span className="rounded-full px-[min(0.875rem,3vw)] py-1 transition-colors group-aria-[current=page]:bg-accent-soft">
              <Icon name={icon} />
            </span>
            <span className="max-w-full truncate">{t(name)}</span>
          </Link>
        ))}
      </nav>
    </div>
  )
}

/** The account's language and theme hold on every device. */
function useLooks(): void {
  const { me } = useMe()
  const { language, theme } = me ?? {}
  useEffect(() => {
    if (language) void speak(language)
  }, [language])
  useEffect(() => {
    if (theme) applyTheme(theme)
  }, [theme])
}

/** After going elsewhere, the focus begins with the page, not with the link that is gone. */
function useTopFocus(): void {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  useEffect(() => {
    if (!path) return
    return () => {
      requestAnimationFrame(() => {
        const inDialog = document.activeElement?.closest('dialog')
        if (!inDialog) document.getElementById('main')?.focus({ preventScroll: true })
      })
    }
  }, [path])
}
