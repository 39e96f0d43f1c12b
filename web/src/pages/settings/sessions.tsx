/** Where the person is signed in, and ending it there. These act at once: they are no commands, and make no sense offline. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '~/api/client'
import { explainError } from '~/api/problem'
import { cache } from '~/data/cache'
import { useText } from '~/i18n'
import { formatInstant } from '~/lib/format'
import { Button } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { Failed, Skeleton } from '~/ui/state'
import { say } from '~/ui/toast'
import { Panel } from '../parts/panel'

/** The list. */
export function Sessions() {
  const t = useText()
  const { data, error, refetch } = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => api.get('/v1/sessions', { signal }),
  })
  const failed = (wrong: Error) => void say(explainError(wrong), { tone: 'bad' })
  const renew = () => cache.invalidateQueries({ queryKey: ['sessions'] })
  const end = useMutation({
    networkMode: 'always',
    mutationFn: (id: string) => api.delete('/v1/sessions/{id}', { path: { id } }),
    onSuccess: () => say(t('sessions.ended')),
    onError: failed,
    onSettled: renew,
  })
  const endOthers = useMutation({
    networkMode: 'always',
    mutationFn: () => api.delete('/v1/sessions'),
    onSuccess: () => say(t('sessions.othersEnded')),
    onError: failed,
    onSettled: renew,
  })
  const isAlone = (data?.items.length ?? 0) < 2
  return (
    <Panel title={t('sessions.title')}>
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-14" />}
      <ul className="divide-y divide-line">
        {data?.items.map((session) => (
          <li key={session.id} className="flex min-h-14 items-center gap-4 py-2">
            <div className="min-w-0 grow">
              <p className="truncate font-medium">{session.device || t('sessions.otherDevice')}</p>
              <p className="text-muted text-sm">
                {session.current
                  ? t('sessions.thisDevice')
                  : t('sessions.lastUsed', { when: formatInstant(session.last_used_at) })}
              </p>
            </div>
            {!session.current && (
              <Button
                look="outline"
                size="small"
                aria-disabled={end.isPending}
                onClick={(event) => {
                  moveOn(event.currentTarget, 'section')
                  end.mutate(session.id)
                }}
                aria-label={`${t('sessions.end')}: ${session.device}`}
              >
                {t('leaving.signOut')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {/* Once the others are gone it has the focus, and stays. */}
      {data && (!isAlone || end.isSuccess || endOthers.isSuccess) && (
        <Button
          look="quiet"
          size="small"
          className="mt-3"
          aria-disabled={isAlone || endOthers.isPending}
          onClick={() => endOthers.mutate()}
        >
          {t('sessions.endOthers')}
        </Button>
      )}
    </Panel>
  )
}
