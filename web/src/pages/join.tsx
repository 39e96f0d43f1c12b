/** An invitation, as whoever opened its link sees it. */
import { useRouterState } from '@tanstack/react-router'
import { Suspense } from 'react'
import { allTexts } from '~/i18n'
import { recall } from '~/lib/remember'
import { lazily } from '~/ui/lazily'
import { Loading } from '~/ui/state'

const Offer = lazily(() => allTexts().then(() => import('./join/offer')))

export default function JoinPage() {
  // Looked at whenever something is gone to: another link may be opened where one is looked at.
  const code = useRouterState({ select: () => recall<string>('join', true) })
  return (
    <Suspense fallback={<Loading lines={2} className="h-40 !rounded-card" />}>
      <Offer key={code} code={code} />
    </Suspense>
  )
}
