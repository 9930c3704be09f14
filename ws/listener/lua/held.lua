-- What Redis holds, in one look. KEYS: the cursor, and of each channel its head and its stream.
-- Answers {'type', key}, or {'held', cursor, redis, here, epoch, seq, owner, whether the stream ends there, …}.
for at, key in ipairs(KEYS) do
    if not has_type(key, (at > 1 and at % 2 == 1) and 'stream' or 'hash') then
        return {'type', key}
    end
end
local cursor, stored_here = unpack(call('HMGET', KEYS[1], 'cursor', 'redis'))
local held = {'held', cursor, stored_here, here}
for at = 2, #KEYS, 2 do
    local head = call('HMGET', KEYS[at], 'epoch', 'seq', 'owner')
    for _, value in ipairs(head) do
        held[#held + 1] = value
    end
    held[#held + 1] = last_id(KEYS[at + 1]) == (head[2] or '0') .. '-0' and 1 or 0
end
return held
