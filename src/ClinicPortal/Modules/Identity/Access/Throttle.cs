using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ClinicPortal.Modules.Identity.Access;

/// <summary>How often something may be tried.</summary>
/// <param name="Key">Whose tries are counted.</param>
/// <param name="Free">Tries without a wait; each one after them doubles it, from two seconds on.</param>
/// <param name="Longest">No wait is longer.</param>
internal sealed record Budget(string Key, int Free, TimeSpan Longest)
{
    /// <summary>Everybody at one address: a clinic or an association may be behind it. Against one password tried on many accounts.</summary>
    public static Budget Address(IPAddress? address) => new($"address {Network(address)}", 100, TimeSpan.FromSeconds(30));

    /// <summary>An account, from browsers that never signed in to it.</summary>
    public static Budget Password(string account) => new($"password {account}", 5, TimeSpan.FromMinutes(15));

    /// <inheritdoc cref="Password"/>
    public static Budget Code(Guid account) => new($"code {account}", 10, TimeSpan.FromMinutes(15));

    /// <summary>An account, from one browser that signed in to it before: nobody elsewhere can use this up.</summary>
    public static Budget Device(Guid device, Guid account) => new($"device {device} {account}", 10, TimeSpan.FromMinutes(1));

    /// <summary>Links for people without an account, from one address; each link has its own few tries besides.</summary>
    public static Budget Visitor(IPAddress? address) => new($"visitor {Network(address)}", 30, TimeSpan.FromMinutes(5));

    /// <summary>A subscriber of IPv6 has a whole network of addresses.</summary>
    private static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}

/// <summary>
/// Slows guessing down, on all nodes together. A try is counted before it is made, by one statement that one of two simultaneous ones
/// loses: guessing in parallel gains nothing. What comes during a wait is refused uncounted and does not lengthen it.
/// </summary>
internal sealed class Throttle(NpgsqlDataSource dataSource, TimeProvider clock)
{
    /// <summary>After this long without a try the count begins anew.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private const string Take = """
        INSERT INTO identity.throttle AS t (key, tries, open_at, tried_at) VALUES ($1, 1, $2, $2)
        ON CONFLICT (key) DO UPDATE SET
          tries = CASE WHEN t.tried_at < $3 THEN 1 ELSE t.tries + 1 END,
          tried_at = $2,
          open_at = $2 + make_interval(secs => CASE
            WHEN t.tried_at < $3 OR t.tries < $4 THEN 0 ELSE LEAST($5, power(2, LEAST(t.tries - $4 + 1, 30))) END)
        WHERE t.open_at <= $2
        """;

    /// <returns>Whether the try may be made.</returns>
    public async Task<bool> TakeAsync(Budget budget, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = dataSource.CreateCommand(Take);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Key(budget) });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now - Memory });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = budget.Free });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = budget.Longest.TotalSeconds });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The try succeeded: its person starts afresh.</summary>
    public async Task ClearAsync(Budget budget, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("DELETE FROM identity.throttle WHERE key = $1 OR tried_at < $2");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Key(budget) });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = clock.GetUtcNow() - Memory });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A try that succeeded counts for nothing, but does not pay for those that did not.</summary>
    public async Task ReturnAsync(Budget budget, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("UPDATE identity.throttle SET tries = GREATEST(tries - 1, 0) WHERE key = $1");
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = Key(budget) });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static byte[] Key(Budget budget) => SHA256.HashData(Encoding.UTF8.GetBytes(budget.Key));
}
