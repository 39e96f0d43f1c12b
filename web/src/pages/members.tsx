/** Who belongs to the workspace that is shown, and who is invited. */
import { Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { allTexts, useText } from '~/i18n'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Loading } from '~/ui/state'

const Members = lazily(() => allTexts().then(() => import('./members/members')))

export default function MembersPage() {
  const t = useText()
  return (
    <>
      <Link
        to="/settings"
        className="-ml-1.5 mb-1 inline-flex min-h-11 items-center gap-1 pr-3 text-muted text-sm hover:text-ink"
      >
        <Icon name="left" className="size-4" />
        {t('nav.settings')}
      </Link>
      <Suspense fallback={<Loading lines={2} className="h-40 !rounded-card" />}>
        <Members />
      </Suspense>
    </>
  )
}
