/** What an invitation is to, and accepting it. Its code stays in this tab, and only until it is answered. */
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import { explainError, ProblemError } from '~/api/problem'
import { inWorkspace } from '~/api/workspace'
import { enter } from '~/data/membership'
import { useText } from '~/i18n'
import { formatInstant } from '~/lib/format'
import { remember } from '~/lib/remember'
import { Button, buttonLook } from '~/ui/button'
import { cardLook, Empty, Failed, Loading } from '~/ui/state'
import { Heading } from '../parts/heading'
import { useOwnName } from '../parts/own-name'

const isCode = (error: unknown, ...codes: string[]) =>
  error instanceof ProblemError && codes.includes(error.problem.code)

const forget = () => remember('join', undefined, true)

/** So often, and so long apart, it is asked whether the membership is known yet. */
const KNOWN = { tries: 6, apartMs: 400 }

/** Accepts it, and waits until all there is to read of the workspace may be read. */
async function accept(code: string): Promise<string> {
  const { id, position: at } = await api.post('/v1/invitations/accept', { body: { code } })
  position.settle(at, id)
  const headers = { ...atPosition(position.now(id)), ...inWorkspace(id) }
  for (let tries = 1; ; tries += 1) {
    const known = api.get('/v1/workspaces', { headers })
    const isKnown = await known.then(
      () => true,
      () => tries === KNOWN.tries,
    )
    if (isKnown) return id
    await new Promise((later) => setTimeout(later, KNOWN.apartMs))
  }
}

export default function Offer({ code }: { code: string | undefined }) {
  const t = useText()
  const navigate = useNavigate()
  const look = useQuery({
    queryKey: ['offer', code],
    enabled: code !== undefined,
    queryFn: ({ signal }) => api.post('/v1/invitations/look', { body: { code: code ?? '' }, signal }),
  })
  const accepting = useMutation({
    networkMode: 'always',
    mutationFn: accept,
    onSuccess: (workspace) => {
      forget()
      enter(workspace)
    },
  })
  const { field, keep } = useOwnName()
  const { data: offer, error } = look
  const wrong = accepting.error
  if (code === undefined) return <None title={t('joining.noneTitle')} text={t('joining.noneText')} />
  if (isCode(error ?? wrong, 'not-found', 'invalid-input'))
    return <None title={t('joining.badTitle')} text={t('joining.badText')} />
  if (error && !offer) return <Failed error={error} retry={() => void look.refetch()} />
  if (!offer) return <Loading lines={2} className="h-40 !rounded-card" />
  const { workspace_id: id, workspace_name: name, invited_by: by, role, expires_at: until } = offer
  const open = () => {
    forget()
    enter(id)
  }
  if (offer.is_member || isCode(wrong, 'already-member')) {
    return (
      <Empty
        title={t('joining.memberTitle')}
        text={t('joining.memberText', { name: name ?? t('joining.this') })}
      >
        <Button onClick={open}>{t('joining.open')}</Button>
      </Empty>
    )
  }
  return (
    <>
      <Heading title={t('joining.title')} />
      <section className={`${cardLook} flex flex-col gap-5 px-5 py-5`}>
        <p className="text-lg">{by ? t('joining.by', { name: by }) : t('joining.bySomebody')}</p>
        <dl className="grid gap-4 sm:grid-cols-3">
          <Fact name={t('joining.workspace')}>{name ?? t('joining.noName')}</Fact>
          <Fact name={t('joining.role')}>
            {t(`role.${role}`)}
            <span className="block font-normal text-muted text-sm">{t(`role.${role}Hint`)}</span>
          </Fact>
          <Fact name={t('joining.until')}>{formatInstant(until)}</Fact>
        </dl>
        {wrong && (
          <p role="alert" className="text-danger text-sm">
            {explainError(wrong)}
          </p>
        )}
        {field}
        <div className="flex flex-wrap gap-2">
          <Button
            aria-disabled={accepting.isPending || accepting.isSuccess}
            onClick={() => {
              keep()
              accepting.mutate(code)
            }}
          >
            {t('joining.accept')}
          </Button>
          <Button
            look="ghost"
            onClick={() => {
              forget()
              void navigate({ to: '/' })
            }}
          >
            {t('joining.decline')}
          </Button>
        </div>
      </section>
    </>
  )
}

function None({ title, text }: { title: string; text: string }) {
  const t = useText()
  return (
    <Empty title={title} text={text}>
      <Link to="/" className={buttonLook()}>
        {t('action.home')}
      </Link>
    </Empty>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-sm">{name}</dt>
      <dd dir="auto" className="break-words font-semibold">
        {children}
      </dd>
    </div>
  )
}
