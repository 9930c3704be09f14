-- One step: publish, begin, confirm or announce, all of it or nothing (PROTOCOL.md, X1 and X2).
-- A script is no transaction: an error leaves what was written before it. So everything that can be wrong is looked at
-- before the first write, and what can still fail then (no memory, read-only, a bad expire time) fails at the first.
--
-- KEYS: the cursor; the passing channels; both of each former owner; of each channel its head, stream and kept message.
-- ARGV: verb, owner, cursor before ('': none), cursor after, seconds to keep ('0': not), whether `redis` must be the
-- stored one ('1'), which Redis this must be ('': any), number of former owners; and the channels' records, which
-- ws/listener/heads.py writes. A record without an epoch begins one. Who announces does not move the cursor.
-- Answers {'done', here}, or {reason, culprit}, and then nothing was written.
local verb, owner, before, after, expire, same_redis, seen = unpack(ARGV, 1, 7)
local formers = tonumber(ARGV[8])

local channels, at, has_passing = {}, 9, false
for key = 2 * formers + 3, #KEYS, 3 do
    local epoch, seq, former, new_epoch, new_seq, lowest, last, passing, chunks = unpack(ARGV, at, at + 8)
    channels[#channels + 1] = {
        head = KEYS[key], stream = KEYS[key + 1], name = KEYS[key + 2],
        epoch = epoch, seq = seq, former = former, new_epoch = new_epoch, new_seq = new_seq, lowest = lowest,
        last = last, passing = passing, first_chunk = at + 9, last_chunk = at + 7 + 2 * chunks,
    }
    has_passing = has_passing or passing ~= '0'
    at = at + 9 + 2 * chunks
end

local function wrong_type()
    if not has_type(KEYS[1], 'hash') then
        return KEYS[1]
    elseif has_passing and not has_type(KEYS[2], 'zset') then
        return KEYS[2]
    end
    for _, channel in ipairs(channels) do
        if not has_type(channel.head, 'hash') then
            return channel.head
        elseif not has_type(channel.stream, 'stream') then
            return channel.stream
        end
    end
end

-- Redis 7 and later can be asked what the user may do; before, a missing right is met when it is needed.
local function forbidden()
    local may = redis.acl_check_cmd
    if not may then
        return nil
    end
    for _, channel in ipairs(channels) do
        if not may('SET', channel.name, '', 'EX', '1') or not may('DEL', channel.stream)
            or not may('XADD', channel.stream, 'MINID', '~', '0', '1-0', 'epoch', '')
            or not may('HSET', channel.head, 'epoch', '') or not may('PUBLISH', channel.name, '') then
            return channel.name
        elseif channel.passing ~= '0'
            and not (may('EXPIRE', channel.head, '1') and may('EXPIRE', channel.stream, '1')) then
            return channel.name
        end
    end
    for key = 1, 2 * formers + 2 do
        if key ~= 2 and (not may('HSET', KEYS[key], 'cursor', '') or not may('DEL', KEYS[key])) then
            return KEYS[key]
        end
    end
    if has_passing and not (may('TIME') and may('ZADD', KEYS[2], '1', '') and
        may('ZREMRANGEBYSCORE', KEYS[2], '0', '1')) then
        return KEYS[2]
    end
end

local function refusal()
    local key = wrong_type()
    if key then
        return 'type', key
    end
    local cursor, stored_here = unpack(call('HMGET', KEYS[1], 'cursor', 'redis'))
    if same_redis == '1' and stored_here and stored_here ~= here then
        return 'redis', here
    elseif seen ~= '' and seen ~= here then
        return 'redis', here
    elseif (cursor or '') ~= before then
        return 'cursor', cursor or ''
    end
    for _, channel in ipairs(channels) do
        local epoch, seq, has = unpack(call('HMGET', channel.head, 'epoch', 'seq', 'owner'))
        if has and has ~= owner and has ~= channel.former then
            return 'owner', has
        elseif channel.epoch ~= '' and (epoch ~= channel.epoch or seq ~= channel.seq
            or last_id(channel.stream) ~= seq .. '-0') then
            return 'head', channel.name
        end
    end
end

-- Each message of a chunk; a search for the newline alone is twice as fast as gmatch.
local function publish(name, chunk)
    local from = 1
    repeat
        local newline = string.find(chunk, '\n', from, true)
        call('PUBLISH', name, string.sub(chunk, from, (newline or 0) - 1))
        from = (newline or 0) + 1
    until not newline
end

local reason, culprit = refusal()
if reason then
    return {reason, culprit}
end
culprit = forbidden()
if culprit then
    return redis.error_reply('NOPERM this user may not do all that a step needs on ' .. culprit)
end

if verb == 'confirm' then
    call('HSET', KEYS[1], 'redis', here)
    return {'done', here}
end

for _, channel in ipairs(channels) do
    if expire ~= '0' and channel.last ~= '' then
        call('SET', channel.name, channel.last, 'EX', expire)
    end
end
for _, channel in ipairs(channels) do
    if channel.epoch == '' then
        call('DEL', channel.stream)
        if channel.last == '' then
            call('DEL', channel.name)
        end
    end
    for chunk = channel.first_chunk, channel.last_chunk, 2 do
        call('XADD', channel.stream, 'MINID', '~', channel.lowest, ARGV[chunk],
            'epoch', channel.new_epoch, 'messages', ARGV[chunk + 1])
    end
    call('HSET', channel.head, 'epoch', channel.new_epoch, 'seq', channel.new_seq, 'owner', owner)
end
if has_passing then
    local now = tonumber(call('TIME')[1])
    for _, channel in ipairs(channels) do
        if channel.passing ~= '0' then
            call('EXPIRE', channel.head, channel.passing)
            call('EXPIRE', channel.stream, channel.passing)
            call('ZADD', KEYS[2], now, channel.name)
            call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - channel.passing - 60)
        end
    end
end
if verb ~= 'announce' then
    for key = 3, 2 * formers + 2 do
        call('DEL', KEYS[key])
    end
    call('HSET', KEYS[1], 'cursor', after, 'redis', here)
end
-- Last: who reads the stream on hearing a message finds it there.
for _, channel in ipairs(channels) do
    for chunk = channel.first_chunk, channel.last_chunk, 2 do
        publish(channel.name, ARGV[chunk + 1])
    end
end
return {'done', here}
