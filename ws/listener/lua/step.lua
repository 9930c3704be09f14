-- One step: publish, begin or confirm, all of it or nothing (PROTOCOL.md, X1 and X2).
-- A script is no transaction: an error leaves what was written before it. So everything that can be wrong is looked at
-- before the first write, and what can still fail then (no memory, read-only, a bad expire time) fails at the first.
--
-- KEYS: the cursor; the cursors of former owners; of each channel its head, stream and kept message.
-- ARGV: verb, owner, cursor before ('': none), cursor after, seconds to keep ('0': not), whether `redis` must be the
-- stored one ('1'), number of former owners; and the channels' records, which ws/listener/heads.py writes.
-- Answers {'done', here}, or {reason, culprit}, and then nothing was written.
local verb, owner, before, after, expire, same_redis = unpack(ARGV, 1, 6)
local formers = tonumber(ARGV[7])

local channels, at = {}, 8
for key = formers + 2, #KEYS, 3 do
    local epoch, seq, former, new_epoch, new_seq, lowest, last, chunks = unpack(ARGV, at, at + 7)
    channels[#channels + 1] = {
        head = KEYS[key], stream = KEYS[key + 1], name = KEYS[key + 2],
        epoch = epoch, seq = seq, former = former, new_epoch = new_epoch, new_seq = new_seq, lowest = lowest,
        last = last, first_chunk = at + 8, last_chunk = at + 6 + 2 * chunks,
    }
    at = at + 8 + 2 * chunks
end

local function wrong_type()
    if not has_type(KEYS[1], 'hash') then
        return KEYS[1]
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
        end
    end
    for key = 1, formers + 1 do
        if not may('HSET', KEYS[key], 'cursor', '') or not may('DEL', KEYS[key]) then
            return KEYS[key]
        end
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
    elseif (cursor or '') ~= before then
        return 'cursor', cursor or ''
    end
    for _, channel in ipairs(channels) do
        local epoch, seq, has = unpack(call('HMGET', channel.head, 'epoch', 'seq', 'owner'))
        if has and has ~= owner and has ~= channel.former then
            return 'owner', has
        elseif verb ~= 'begin' and (epoch ~= channel.epoch or seq ~= channel.seq
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
    if verb == 'begin' then
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
for key = 2, formers + 1 do
    call('DEL', KEYS[key])
end
call('HSET', KEYS[1], 'cursor', after, 'redis', here)
-- Last: who reads the stream on hearing a message finds it there.
for _, channel in ipairs(channels) do
    for chunk = channel.first_chunk, channel.last_chunk, 2 do
        publish(channel.name, ARGV[chunk + 1])
    end
end
return {'done', here}
