# frozen_string_literal: true

# A process that `loadgen strategy explain --client` can watch: the credentials of the
# AWS SDK for Ruby. It speaks the line protocol of examples/drivers: JSON lines on stdin
# and stdout; each resolve runs in a thread of its own.
#
# The optional argument names the provider: chain (the default) is what a service client
# uses, with the client options' defaults: no retry, time limits of 1 s; ecs and imds are
# the providers that an application makes itself.
#
# Versions before 3.180 or so know neither AWS_CONTAINER_CREDENTIALS_FULL_URI nor a port
# in AWS_EC2_METADATA_SERVICE_ENDPOINT; the driver hands them over as options.

require 'aws-sdk-core'
require 'json'
require 'uri'

# The client of the process: one provider, made by the first call that needs it. A
# provider loads in its constructor, so calls that come meanwhile wait for that.
class Client
  def initialize(provider)
    @provider = provider
    @mutex = Mutex.new
  end

  # The key and its expiry, as the signer of an API call sees them.
  def resolve
    @mutex.synchronize { @made ||= [make] }
    keys = @made.first&.credentials
    raise Aws::Errors::MissingCredentialsError unless keys&.set?

    [keys.access_key_id, @made.first.instance_variable_get(:@expiration)]
  end

  private

  def make
    case @provider
    when 'ecs' then Aws::ECSCredentials.new(address)
    when 'imds' then Aws::InstanceProfileCredentials.new(address)
    else Aws::STS::Client.new(**of_old).config.credentials
    end
  end

  # Where to ask, for versions that do not read it themselves.
  def address
    return {} if Gem::Version.new(Aws::CORE_GEM_VERSION) >= Gem::Version.new('3.200')

    if (full = ENV['AWS_CONTAINER_CREDENTIALS_FULL_URI'])
      uri = URI(full)
      { ip_address: uri.host, port: uri.port, credential_path: uri.request_uri }
    else
      uri = URI(ENV.fetch('AWS_EC2_METADATA_SERVICE_ENDPOINT'))
      { endpoint: "http://#{uri.host}", port: uri.port }
    end
  end

  # What the chain of an old version does, for it finds neither address. A client
  # whose chain found nothing has no credentials from then on.
  def of_old
    return {} if address.empty?

    provider = ENV['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ? Aws::ECSCredentials : Aws::InstanceProfileCredentials
    made = provider.new(address.merge(retries: 0, http_open_timeout: 1, http_read_timeout: 1))
    { credentials: made.set? ? made : nil }
  end
end

abort 'driver.rb: the providers are chain, ecs and imds' unless ['chain', 'ecs', 'imds', nil].include?(ARGV[0])
client = Client.new(ARGV[0])
writing = Mutex.new
say = ->(line) { writing.synchronize { $stdout.puts(JSON.generate(line)) || $stdout.flush } }

say.call(protocol: 1, sdk: 'aws-sdk-ruby', version: Aws::CORE_GEM_VERSION)
calls = $stdin.each_line.map do |line|
  wish = JSON.parse(line)
  client = Client.new(ARGV[0]) if wish['client'] == 'new'
  Thread.new(client) do |mine|
    key, expires = mine.resolve
    say.call(result: wish['resolve'], ok: true, access_key_id: key, expires: expires ? expires.utc.iso8601 : '')
  rescue StandardError => e
    say.call(result: wish['resolve'], ok: false, error: "#{e.class}: #{e.message}")
  end
end
calls.each(&:join)
