using System.Security.Cryptography;
using System.Text;
using ClinicPortal.Shared.Tenancy;

namespace ClinicPortal.Benchmarks.Sites;

/// <summary>A portal's size: the same patients spread over few or many associations.</summary>
internal sealed record SiteShape(int Associations, int PatientsEach)
{
    public static SiteShape Of(int associations, int patients) => new(associations, patients / associations);
}

/// <summary>Ids that the load and <c>fill.sql</c> work out alike, so that neither needs to tell the other.</summary>
internal static class SiteIds
{
    public static Guid Patient(int association, int number) => new($"00000003-0000-8000-{association:x4}-{number:x12}");

    public static Guid AssociationId(int number) => StableId.Of("tenant", Association(number));

    public static string Association(int number) => $"association-{number:0000}";

    public static string Desk(int number) => $"desk-{number:0000}";

    /// <summary>The desk that answers for several associations, whose board the live browsers show.</summary>
    public const string SharedDesk = "desk-shared";
}

/// <summary>What opens the site's doors; the database has the hashes.</summary>
internal static class Secrets
{
    public const string Board = "benchmark-session-of-one-desk";
    public const string SharedBoard = "benchmark-session-of-the-shared-desk";
    public const string SharedKey = "benchmark.shared";

    public static string KeyOf(int association) => $"benchmark.{association:0000}";

    public static string Cookie(string session) => $"__Host-session={session}";

    public static byte[] Sha256(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
