using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClinicPortal.Modules.Identity.Access;
using ClinicPortal.Modules.Identity.Contracts;
using ClinicPortal.Modules.Identity.Domain;
using ClinicPortal.Shared.Data;
using ClinicPortal.Shared.Tenancy;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;
using Secret = ClinicPortal.Modules.Identity.Domain.Secret;

namespace ClinicPortal.Modules.Identity.VisitorLinks;

/// <summary>Issues, opens and ends links for people without an account.</summary>
internal sealed class VisitorLinks(
    NpgsqlDataSource dataSource, PortalSession session, CurrentUserAccessor current, Throttle throttle, HostAddresses addresses, ITenantResolver tenants,
    IDataProtectionProvider protection, IHttpContextAccessor http, TimeProvider clock) : IVisitorLinks
{
    public const int MostTries = 5;
    private const int Codes = 1_000_000;
    private static readonly TimeSpan ShownFor = TimeSpan.FromMinutes(5);

    /// <summary>Kept for those who ask who was given a link, then deleted.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private HttpContext Context => http.HttpContext!;

    public async Task<IssuedLink> IssueAsync(
        VisitorPurpose purpose, TenantId tenant, Guid subject, DateOnly birthDate, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var issued = new IssuedLink(Guid.CreateVersion7(now), Secret.New(), RandomNumberGenerator.GetInt32(Codes).ToString("D6", System.Globalization.CultureInfo.InvariantCulture), expiresAt);
        await using var command = new NpgsqlCommand("""
            WITH old AS (DELETE FROM identity.visitor_link WHERE expires_at < $9)
            INSERT INTO identity.visitor_link (sha256, id, tenant_id, purpose, subject_id, answer, created_at, created_by_name, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10)
            """, await session.ConnectionAsync(cancellationToken))
        {
            Parameters =
            {
                new() { Value = Secret.Sha256(issued.Secret) }, new() { Value = issued.Id }, new() { Value = tenant.Value }, new() { Value = purpose.Name },
                new() { Value = subject }, new() { Value = Answer(issued.Secret, birthDate, issued.Code) }, new() { Value = now },
                new() { Value = current.User!.Name }, new() { Value = now - Kept }, new() { Value = expiresAt.ToUniversalTime() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        return issued;
    }

    /// <summary>
    /// Opens a link with the birth date and the code. A try is counted before it is looked at, by one statement, so that many at once are
    /// no more than one after the other; and of two right ones at once only one opens.
    /// </summary>
    /// <returns>The purpose's name, with the pass set in this browser; null whatever was wrong.</returns>
    public async Task<string?> OpenAsync(string secret, DateOnly birthDate, string code, CancellationToken cancellationToken)
    {
        var answer = Answer(secret, birthDate, code);
        if (!await throttle.TakeAsync(Budget.Visitor(Context.Connection.RemoteIpAddress), cancellationToken) || Context.PortalHost().Tenant is not { } tenant)
        {
            return null;
        }
        var (sha256, now) = (Secret.Sha256(secret), clock.GetUtcNow());
        await using var take = dataSource.CreateCommand($"""
            UPDATE identity.visitor_link SET tries = tries + 1
            WHERE sha256 = $1 AND tenant_id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3 AND tries < {MostTries}
            RETURNING answer, purpose, expires_at
            """);
        take.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = sha256 }, new() { Value = tenant.Id }, new() { Value = now } });
        byte[] expected;
        string purpose;
        DateTimeOffset expiresAt;
        await using (var reader = await take.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
            {
                return null;
            }
            (expected, purpose, expiresAt) = (reader.GetFieldValue<byte[]>(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
        }
        if (!CryptographicOperations.FixedTimeEquals(expected, answer))
        {
            return null;
        }
        var pass = Secret.New();
        await using var use = dataSource.CreateCommand(
            "UPDATE identity.visitor_link SET used_at = $2, pass_sha256 = $3 WHERE sha256 = $1 AND used_at IS NULL AND revoked_at IS NULL");
        use.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = sha256 }, new() { Value = now }, new() { Value = Secret.Sha256(pass) } });
        if (await use.ExecuteNonQueryAsync(cancellationToken) != 1)
        {
            return null;
        }
        await throttle.ReturnAsync(Budget.Visitor(Context.Connection.RemoteIpAddress), cancellationToken);
        SessionCookie.WriteVisitor(Context.Response, pass, expiresAt - now);
        return purpose;
    }

    /// <returns>The purpose's name where this browser has the pass that the link gave, which is still good.</returns>
    public async Task<string?> OpenedHereAsync(string secret, CancellationToken cancellationToken)
    {
        if (Context.Request.Cookies[SessionCookie.VisitorName] is not { Length: > 0 } pass || Context.PortalHost().Tenant is not { } tenant)
        {
            return null;
        }
        await using var command = dataSource.CreateCommand("""
            SELECT purpose FROM identity.visitor_link WHERE sha256 = $1 AND pass_sha256 = $2 AND tenant_id = $3 AND revoked_at IS NULL AND expires_at > $4
            """);
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = Secret.Sha256(secret) }, new() { Value = Secret.Sha256(pass) }, new() { Value = tenant.Id }, new() { Value = clock.GetUtcNow() },
        });
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<GivenLink>> OfAsync(VisitorPurpose purpose, TenantId tenant, Guid subject, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var command = dataSource.CreateCommand("""
            SELECT id, created_at, created_by_name, expires_at, tries, used_at IS NOT NULL, revoked_at IS NOT NULL FROM identity.visitor_link
            WHERE tenant_id = $1 AND subject_id = $2 AND purpose = $3 ORDER BY created_at DESC
            """);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = tenant.Value }, new() { Value = subject }, new() { Value = purpose.Name } });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var links = new List<GivenLink>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var expiresAt = reader.GetFieldValue<DateTimeOffset>(3);
            links.Add(new GivenLink(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), expiresAt,
                reader.GetBoolean(6) ? VisitorLinkState.Revoked : expiresAt <= now ? VisitorLinkState.Expired : reader.GetBoolean(5) ? VisitorLinkState.Used
                : reader.GetInt32(4) >= MostTries ? VisitorLinkState.Blocked : VisitorLinkState.Open));
        }
        return links;
    }

    public async Task<bool> RevokeAsync(VisitorPurpose purpose, TenantId tenant, Guid subject, Guid link, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE identity.visitor_link SET revoked_at = $5 WHERE id = $1 AND tenant_id = $2 AND subject_id = $3 AND purpose = $4 AND revoked_at IS NULL
            """, await session.ConnectionAsync(cancellationToken));
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = link }, new() { Value = tenant.Value }, new() { Value = subject }, new() { Value = purpose.Name }, new() { Value = clock.GetUtcNow() } });
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    public async Task<VisitorPass?> PassAsync(VisitorPurpose purpose, CancellationToken cancellationToken)
    {
        if (Context.Request.Cookies[SessionCookie.VisitorName] is not { Length: > 0 } pass || Context.PortalHost().Tenant is not { } tenant)
        {
            return null;
        }
        await using var command = dataSource.CreateCommand("""
            SELECT id, subject_id, expires_at FROM identity.visitor_link
            WHERE pass_sha256 = $1 AND tenant_id = $2 AND purpose = $3 AND revoked_at IS NULL AND expires_at > $4
            """);
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = Secret.Sha256(pass) }, new() { Value = tenant.Id }, new() { Value = purpose.Name }, new() { Value = clock.GetUtcNow() } });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new VisitorPass(reader.GetGuid(0), new TenantId(tenant.Id), reader.GetGuid(1), reader.GetFieldValue<DateTimeOffset>(2)) : null;
    }

    public async Task<IReadOnlySet<Guid>> GoodAsync(IReadOnlyCollection<Guid> links, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(
            "SELECT id FROM identity.visitor_link WHERE id = ANY ($1) AND used_at IS NOT NULL AND revoked_at IS NULL AND expires_at > $2");
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = links.ToArray() }, new() { Value = clock.GetUtcNow() } });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var good = new HashSet<Guid>();
        while (await reader.ReadAsync(cancellationToken))
        {
            good.Add(reader.GetGuid(0));
        }
        return good;
    }

    public string Wrap(TenantId tenant, Guid subject, IssuedLink link) => Wrapping(subject).Protect(JsonSerializer.Serialize(new ShownLink(
        $"{addresses.Of(tenants.ById(tenant.Value)!.Identifier, Context.Request)}{VisitorLinkEndpoints.Prefix}{link.Secret}", link.Code)), ShownFor);

    public ShownLink? Unwrap(Guid subject, string? wrapped)
    {
        try
        {
            return wrapped is { Length: > 0 } ? JsonSerializer.Deserialize<ShownLink>(Wrapping(subject).Unprotect(wrapped)) : null;
        }
        catch (CryptographicException)
        {
            // Too old, of another session or altered: it was shown already.
            return null;
        }
    }

    private ITimeLimitedDataProtector Wrapping(Guid subject) =>
        protection.CreateProtector("visitor-link", $"{current.User!.SessionId:N}", $"{subject:N}").ToTimeLimitedDataProtector();

    private static byte[] Answer(string secret, DateOnly birthDate, string code) =>
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{birthDate:yyyy-MM-dd} {code}"));
}
