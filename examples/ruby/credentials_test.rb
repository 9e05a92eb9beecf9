# frozen_string_literal: true

# How an application that uses the AWS SDK for Ruby gets its credentials: from
# the mock, whose path is in $MOCKIMDS.

require "aws-sdk-core"
require "json"
require "minitest/autorun"
require "net/http"
require "uri"

class CredentialsTest < Minitest::Test
  # excerpt: ruby
  # mockimds runs the mock during a block, and gives the block its environment. The
  # mock ends when the pipe to its stdin closes; what it says on stderr is shown.
  def mockimds(*args)
    before = ENV.to_h
    command = [ENV.fetch("MOCKIMDS"), "--print-env=json", "--admin", "127.0.0.1:0", "--until-stdin-closes"]
    IO.popen([*command, *args], "r+") do |server|
      greeting = JSON.parse(server.gets || flunk("mockimds did not start"))
      ENV.update(greeting["environment"])
      yield greeting["admin"]
    end
  ensure
    ENV.replace(before)
  end

  # requests are those that the mock has seen.
  def requests(admin) = JSON.parse(Net::HTTP.get(URI("#{admin}/v1/requests")))["requests"]
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

  # The SDK waits a second before it tries again.
  def test_ecs_throttled_once_the_sdk_tries_again
    mockimds("--answers", "429,ok") do |admin|
      assert_match(/\AASIAFAKE.*EXAMPLE\z/, start.access_key_id)
      seen = requests(admin)
      assert_equal([429, 200], seen.map { |r| r["status"] })
      assert_operator seen[1]["at_s"] - seen[0]["at_s"], :>, 0.95
    end
  end

  # Version 3.168 has no token to show.
  def skip_without_token
    return unless ENV["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
    return if Gem::Version.new(Aws::CORE_GEM_VERSION) >= Gem::Version.new("3.211")

    skip "aws-sdk-core #{Aws::CORE_GEM_VERSION} cannot authenticate"
  end
end
