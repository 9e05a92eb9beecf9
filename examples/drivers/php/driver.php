<?php
// A process that `loadgen strategy explain --client` can watch: the credentials of the
// AWS SDK for PHP. It speaks the line protocol of examples/drivers: JSON lines on stdin
// and stdout. PHP has no threads: calls run one after another.
//
// The optional argument names the provider: chain (the default) is what a service client
// uses, memoized; ecs and imds are the providers alone, memoized too.
//
// Its packages come from Composer, or from the file that AUTOLOAD names.

error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
require getenv('AUTOLOAD') ?: __DIR__ . '/vendor/autoload.php';

use Aws\Credentials\CredentialProvider;

function client(string $provider): callable
{
    switch ($provider) {
        case 'ecs':
            return CredentialProvider::memoize(CredentialProvider::ecsCredentials());
        case 'imds':
            return CredentialProvider::memoize(CredentialProvider::instanceProfile());
        default:
            return CredentialProvider::defaultProvider();
    }
}

function say(array $line): void
{
    echo json_encode($line, JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    flush();
}

$provider = $argv[1] ?? 'chain';
if (!in_array($provider, ['chain', 'ecs', 'imds'], true)) {
    fwrite(STDERR, "driver.php: the providers are chain, ecs and imds\n");
    exit(2);
}
say(['protocol' => 1, 'sdk' => 'aws-sdk-php', 'version' => Aws\Sdk::VERSION]);
$client = client($provider);
while (($line = fgets(STDIN)) !== false) {
    $wish = json_decode($line, true, 8, JSON_THROW_ON_ERROR);
    if (($wish['client'] ?? '') === 'new') {
        $client = client($provider);
    }
    try {
        $keys = $client()->wait();
        $expires = $keys->getExpiration();
        say([
            'result' => $wish['resolve'],
            'ok' => true,
            'access_key_id' => $keys->getAccessKeyId() ?? '',
            'expires' => $expires ? gmdate('Y-m-d\TH:i:s\Z', $expires) : '',
        ]);
    } catch (Throwable $e) {
        say(['result' => $wish['resolve'], 'ok' => false, 'error' => get_class($e) . ': ' . $e->getMessage()]);
    }
}
