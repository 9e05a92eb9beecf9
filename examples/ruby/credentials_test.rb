# frozen_string_literal: true

# How an application that uses the AWS SDK for Ruby gets its credentials: from
# the mock, whose path is in $MOCKIMDS.

require "aws-sdk-core"
require "minitest/autorun"
require "uri"

class CredentialsTest < Minitest::Test
  # excerpt: ruby
  # mockimds runs the mock during a block, and gives the block its environment.
  def mockimds(*args)
    before = ENV.to_h
    server = IO.popen([ENV.fetch("MOCKIMDS"), "--print-env", *args])
    said = server.readpartial(4096)
    ENV.update(said.scan(/export (\w+)=(.+)/).to_h)
    yield
  ensure
    ENV.replace(before)
    Process.kill(:TERM, server.pid) if server
    server&.close
  end
  # end excerpt

  # SERVICES are what the mock can be, with a limit that one start uses up.
  SERVICES = {
    "ecs" => "1/h,1",
    "eks-pod-identity" => "1/h,1",
    "imds" => "1/h,3" # a token, the role, its credentials
  }.freeze

  # start does what a starting application does. The options say what version
  # 3.168 does not take from the environment: a full URI, the port of an endpoint.
  def start(**options)
    if (endpoint = ENV["AWS_EC2_METADATA_SERVICE_ENDPOINT"])
      provider = Aws::InstanceProfileCredentials
      options[:port] = URI(endpoint).port
    else
      provider = Aws::ECSCredentials
      uri = URI(ENV.fetch("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
      options.update(ip_address: uri.host, port: uri.port, credential_path: uri.path)
    end
    provider.new(**options).credentials
  end

  SERVICES.each do |service, limit|
    define_method("test_#{service.tr("-", "_")}_the_credentials_are_the_mocks") do
      mockimds("--service", service) do
        skip_without_token
        assert_match(/\AASIAFAKE.*EXAMPLE\z/, start.access_key_id)
      end
    end

    # It raises nothing: the credentials are empty. (By default it would try
    # again before, in ECS for seven seconds.)
    define_method("test_#{service.tr("-", "_")}_throttled_for_an_hour_the_sdk_gives_up") do
      mockimds("--service", service, "--limit", limit) do
        skip_without_token
        start
        refute_predicate start(retries: 0), :set?
      end
    end
  end

  # The SDK waits a second before it tries again, and then there is a token.
  def test_ecs_throttled_for_a_second_the_sdk_tries_again
    mockimds("--limit", "1/s,1") do
      start
      begun = now
      assert_match(/\AASIAFAKE.*EXAMPLE\z/, start.access_key_id)
      assert_operator now - begun, :>, 0.9
    end
  end

  # Version 3.168 has no token to show.
  def skip_without_token
    return unless ENV["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    return if Gem::Version.new(Aws::CORE_GEM_VERSION) >= Gem::Version.new("3.211")

    skip "aws-sdk-core #{Aws::CORE_GEM_VERSION} cannot authenticate"
  end

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
end
