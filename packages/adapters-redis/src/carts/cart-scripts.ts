import { redisScript } from '../redis-script.ts'

// A cart is a hash: `v` its version, `t` and `l` its custody, `c` the cart as JSON, `f` the checkout that has frozen a version, with that version. Its shard's
// stream, under the same tag, has an entry for each change that the database may not have yet.

/**
 * KEYS: cart, stream. ARGV: version, term, loan, cart, lifetime in ms, cart id.
 * Brings in a lent cart. Changes of an earlier loan that are not behind it go on under the new one.
 */
export const putCart = redisScript(
  'carts.put',
  `local here = redis.call('HMGET', KEYS[1], 'v', 't', 'l')
local version, term, loan = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if here[1] then
  local v, t, l = tonumber(here[1]), tonumber(here[2]), tonumber(here[3])
  if t > term or (t == term and l >= loan) then return 'there' end
  if t == term and v >= version then
    redis.call('HSET', KEYS[1], 'l', ARGV[3])
    redis.call('XADD', KEYS[2], '*', 'cart', ARGV[6])
    return 'there'
  end
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'v', ARGV[1], 't', ARGV[2], 'l', ARGV[3], 'c', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('XADD', KEYS[2], '*', 'cart', ARGV[6])
return 'put'`,
)

/**
 * KEYS: cart, stream. ARGV: expected version, version, term, loan, cart, lifetime in ms, cart id.
 * Compares version and custody, and writes.
 */
export const saveCart = redisScript(
  'carts.save',
  `local here = redis.call('HMGET', KEYS[1], 'v', 't', 'l')
if here[1] ~= ARGV[1] or here[2] ~= ARGV[3] or here[3] ~= ARGV[4] then return 'stale' end
redis.call('HSET', KEYS[1], 'v', ARGV[2], 'c', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('XADD', KEYS[2], '*', 'cart', ARGV[7])
return 'saved'`,
)

/** KEYS: cart. ARGV: version, checkout id. */
export const freezeCart = redisScript(
  'carts.freeze',
  `local version = tonumber(redis.call('HGET', KEYS[1], 'v') or 0)
if version > tonumber(ARGV[1]) then return 'stale' end
if version < tonumber(ARGV[1]) then return 'absent' end
redis.call('HSET', KEYS[1], 'f', ARGV[1] .. ' ' .. ARGV[2])
return 'frozen'`,
)

/** KEYS: cart. ARGV: version, term, loan of the copy that was seen. */
export const dropCart = redisScript(
  'carts.drop',
  `local here = redis.call('HMGET', KEYS[1], 'v', 't', 'l')
if here[1] == ARGV[1] and here[2] == ARGV[2] and here[3] == ARGV[3] then return redis.call('DEL', KEYS[1]) end
return 0`,
)

/**
 * KEYS: stream. ARGV: group, at most so many entries, how long in ms an entry is somebody's.
 * Takes entries that were taken and never reported, then new ones. Everybody reads under one name: who takes what is told by time alone, and no names of
 * processes long gone pile up. An emptied Redis has no group: it is made anew, from the beginning.
 *
 * Returns entry ids and cart ids by turns.
 */
export const takeChanges = redisScript(
  'carts.take',
  `local taken = {}
local function add(entries)
  for _, entry in ipairs(entries or {}) do
    if entry and entry[2] then
      taken[#taken + 1] = entry[1]
      taken[#taken + 1] = entry[2][2]
    end
  end
end
if redis.call('EXISTS', KEYS[1]) == 0 then return taken end
local claimed = redis.pcall('XAUTOCLAIM', KEYS[1], ARGV[1], 'copier', ARGV[3], '0', 'COUNT', ARGV[2])
if claimed.err then
  redis.call('XGROUP', 'CREATE', KEYS[1], ARGV[1], '0')
else
  add(claimed[2])
end
local left = tonumber(ARGV[2]) - #taken / 2
if left > 0 then
  local read = redis.call('XREADGROUP', 'GROUP', ARGV[1], 'copier', 'COUNT', left, 'STREAMS', KEYS[1], '>')
  if read then add(read[1][2]) end
end
return taken`,
)

/** KEYS: stream. ARGV: group, entry ids. */
export const forgetChanges = redisScript(
  'carts.forget',
  `local ids = {unpack(ARGV, 2)}
redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
return redis.call('XDEL', KEYS[1], unpack(ids))`,
)
