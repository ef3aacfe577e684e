import { describe, expect, it } from 'vitest'
import { emailFacts, phoneFacts, similarityToName } from './contact.ts'

describe('an e-mail address', () => {
  it.each(['ana.diaz@gmail.com', 'AnaDiaz@GMAIL.com', 'a.n.a.d.i.a.z+shop@gmail.com'])(
    '%s reaches the mailbox anadiaz@gmail.com',
    email => {
      expect(emailFacts(email, undefined).mailbox).toBe('anadiaz@gmail.com')
    },
  )

  it('keeps its dots where the provider tells them apart', () => {
    expect(emailFacts('ana.diaz@hotmail.com', undefined).mailbox).toBe('ana.diaz@hotmail.com')
  })

  it('is like the name it is made of, in whatever order and spelling', () => {
    expect(similarityToName('ana.diaz77', 'Ana María Díaz Quispe')).toBe(1)
    expect(similarityToName('diaz_ana', 'Ana Díaz')).toBe(1)
    expect(similarityToName('adiaz', 'Ana Díaz')).toBe(3 / 4)
  })

  it('is unlike the name of a stranger', () => {
    expect(similarityToName('kxqwv', 'Ana Díaz')).toBe(0)
  })

  it('is not compared without letters or without a name', () => {
    expect(similarityToName('77', 'Ana Díaz')).toBeNull()
    expect(similarityToName('ana', '')).toBeNull()
    expect(emailFacts('ana@example.com', undefined).nameSimilarity).toBeNull()
  })
})

describe('a telephone number', () => {
  it.each([
    ['987 654 321', 'PE', 'PE', 'mobile', '+51987654321'],
    ['+51 1 427 1234', 'PE', 'PE', 'fixed', '+5114271234'],
    ['+1 415 555 2671', 'PE', 'US', 'mobile_or_fixed', '+14155552671'],
    ['0591 2 2441111', 'ZZ', null, null, null],
  ])('%s on a site in %s is of %s and %s', (text, site, country, type, number) => {
    const facts = phoneFacts(text, site)
    expect(facts && { ...facts }).toEqual(number === null ? null : { country, type, number, valid: true })
  })

  it('that cannot exist is not valid and still tells orders apart', () => {
    expect(phoneFacts('12345', 'PE')).toMatchObject({ valid: false, number: '+5112345' })
  })

  it('is none when there are no digits', () => {
    expect(phoneFacts('call me', 'PE')).toBeNull()
  })
})
