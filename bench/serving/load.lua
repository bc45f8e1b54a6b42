-- Asks the addresses of a file in turn; each thread begins elsewhere in it.

local threads = 0

function setup(thread)
   thread:set("own", threads)
   threads = threads + 1
end

function init(arguments)
   requests = {}
   for line in io.lines(arguments[1]) do
      requests[#requests + 1] = wrk.format("GET", line)
   end
   at = math.floor(#requests * own / 2)
end

function request()
   at = at % #requests + 1
   return requests[at]
end

function done(summary, latency, _)
   local failed = summary.errors
   io.write(string.format(
      '{"requests": %d, "seconds": %f, "bytes": %d, "p50": %f, "p99": %f, "most": %f, "errors": %d}\n',
      summary.requests, summary.duration / 1e6, summary.bytes,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
      failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
