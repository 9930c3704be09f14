-- What both scripts begin with: which Redis this is, and what its keys are.
-- No shebang line: Redis 6.2 knows none.
local call = redis.call

local function information(section, name)
    return string.match(call('INFO', section), name .. ':(%w+)')
end

-- A restart changes the first, a replica that became the master the second too.
local here = information('server', 'run_id') .. ' ' .. information('replication', 'master_replid')

local function has_type(key, kind)
    local found = call('TYPE', key).ok
    return found == kind or found == 'none'
end

-- The id that the next entry must exceed. An empty stream is as good as none.
local function last_id(stream)
    if call('TYPE', stream).ok == 'none' then
        return '0-0'
    end
    local facts = call('XINFO', 'STREAM', stream)
    for at = 1, #facts, 2 do
        if facts[at] == 'last-generated-id' then
            return facts[at + 1]
        end
    end
end
