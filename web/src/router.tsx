/** The pages and their addresses. Each is loaded when it is wanted, and fetched when a link to it is hovered or touched. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router'
import { signedIn } from './api/session'
import { cache } from './data/cache'
import { dashboardQuery, goalLogsQuery, goalQuery, goalsQuery, meQuery, weeksQuery } from './data/queries'
import { textsOf } from './i18n'
import { remember } from './lib/remember'
import { entries } from './outbox'
import { goalOf } from './outbox/show'
import { Crash } from './shell/crash'
import { Shell } from './shell/shell'
import { lazily } from './ui/lazily'
import { Loading } from './ui/state'

/**
 * A page. Where one cannot be had, the router would reload by itself, knowing the browsers' words for that: without network
 * and worker, that is the end of what there is. `Crash` knows these words, and offers it.
 */
const page = <Module extends Record<string, unknown>>(load: () => Promise<Module>) =>
  lazyRouteComponent(() =>
    load().catch((cause) => {
      throw new Error('no page to preload', { cause })
    }),
  )

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const day = (value: unknown) => (/^\d{4}-\d\d-\d\d$/.test(String(value)) ? String(value) : undefined)

const instant = (value: unknown) => (Number.isNaN(Date.parse(String(value))) ? undefined : String(value))

const pastOf = (search: { past?: string }) => search.past

const NotFound = lazily(() => textsOf('aside').then(() => import('./shell/not-found')))

const root = createRootRoute({
  component: Outlet,
  beforeLoad: ({ location: { pathname, hash } }) => {
    if (pathname !== '/join' || !hash) return
    // An invitation's code lets in whoever has it: it stays in this tab, and not in the address.
    remember('join', hash, true)
    throw redirect({ to: '/join', replace: true })
  },
})

const outside = createRoute({
  id: 'outside',
  getParentRoute: () => root,
  validateSearch: (search: Record<string, unknown>): { to?: string } => ({ to: text(search.to) }),
  beforeLoad: () => {
    if (signedIn.get()) throw redirect({ to: '/' })
  },
})

const signIn = createRoute({
  getParentRoute: () => outside,
  path: '/sign-in',
  beforeLoad: () => textsOf('aside'),
  component: page(() => import('./pages/sign-in')),
})

const register = createRoute({
  getParentRoute: () => outside,
  path: '/register',
  beforeLoad: () => textsOf('aside'),
  component: page(() => import('./pages/register')),
})

const inside = createRoute({
  id: 'inside',
  getParentRoute: () => root,
  component: Shell,
  validateSearch: (search: Record<string, unknown>): { past?: string } => ({
    past: instant(search.past),
  }),
  // Whoever looks at the past goes on looking at it, from page to page.
  search: { middlewares: [retainSearchParams(['past'])] },
  beforeLoad: ({ location }) => {
    if (signedIn.get()) return
    const to = location.href === '/' ? undefined : location.href
    throw redirect({ to: '/sign-in', search: { to } })
  },
  loader: () => void cache.prefetchQuery(meQuery),
})

const today = createRoute({
  getParentRoute: () => inside,
  path: '/',
  validateSearch: (search: Record<string, unknown>): { day?: string } => ({ day: day(search.day) }),
  loader: ({ location }) => void cache.prefetchQuery(dashboardQuery(pastOf(location.search))),
  component: page(() => import('./pages/today')),
})

const goals = createRoute({
  getParentRoute: () => inside,
  path: '/goals',
  beforeLoad: () => textsOf('aside'),
  validateSearch: (search: Record<string, unknown>): { show?: 'completed' | 'archived'; find?: string } => ({
    show: search.show === 'completed' || search.show === 'archived' ? search.show : undefined,
    find: text(search.find),
  }),
  loader: ({ location }) => void cache.prefetchQuery(goalsQuery(pastOf(location.search))),
  component: page(() => import('./pages/goals')),
})

const goal = createRoute({
  getParentRoute: () => inside,
  path: '/goals/$id',
  beforeLoad: () => textsOf('goal'),
  validateSearch: (search: Record<string, unknown>): { year?: number; day?: string } => ({
    year: Number(search.year) > 1900 ? Number(search.year) : undefined,
    day: day(search.day),
  }),
  loader: ({ params, location }) => {
    // The server does not know it yet.
    if (goalOf(entries.get(), params.id)?.pending) return
    void cache.prefetchQuery(goalQuery(params.id, pastOf(location.search)))
    void cache.prefetchInfiniteQuery(goalLogsQuery(params.id))
  },
  component: page(() => import('./pages/goal')),
})

const weeks = createRoute({
  getParentRoute: () => inside,
  path: '/weeks',
  beforeLoad: () => textsOf('goal'),
  validateSearch: (search: Record<string, unknown>): { week?: string } => ({ week: day(search.week) }),
  loader: ({ location }) => void cache.prefetchInfiniteQuery(weeksQuery(pastOf(location.search))),
  component: page(() => import('./pages/weeks')),
})

const history = createRoute({
  getParentRoute: () => inside,
  path: '/history',
  beforeLoad: () => textsOf('history'),
  validateSearch: (
    search: Record<string, unknown>,
  ): { goal?: string; type?: string; from?: string; to?: string } => ({
    goal: text(search.goal),
    type: text(search.type),
    from: day(search.from),
    to: day(search.to),
  }),
  component: page(() => import('./pages/history')),
})

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  beforeLoad: () => textsOf('aside'),
  component: page(() => import('./pages/settings')),
})

const members = createRoute({
  getParentRoute: () => inside,
  path: '/members',
  component: page(() => import('./pages/members')),
})

const join = createRoute({
  getParentRoute: () => inside,
  path: '/join',
  component: page(() => import('./pages/join')),
})

export const router = createRouter({
  routeTree: root.addChildren([
    outside.addChildren([signIn, register]),
    inside.addChildren([today, goals, goal, weeks, history, settings, members, join]),
  ]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultErrorComponent: Crash,
  defaultNotFoundComponent: NotFound,
  defaultPendingComponent: () => <Loading lines={3} className="h-24" />,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
