using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace ClinicPortal.Shared.Tenancy.Settings;

/// <summary><c>tenants/&lt;slug&gt;/terms.yaml</c>: what member clinics accept before they begin. An association may have none yet.</summary>
public sealed record TermsList
{
    [MinLength(1)]
    public required IReadOnlyList<TermsVersion> Documents { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<TermsDocument>))]
public enum TermsDocument
{
    /// <summary>利用契約.</summary>
    Contract,

    /// <summary>個人情報の取扱いの委託.</summary>
    DataProcessing,
}

/// <summary>One version of one document, in force from its date until the next one's.</summary>
public sealed record TermsVersion
{
    public required TermsDocument Document { get; init; }

    /// <summary>What people call it, such as 2026-04.</summary>
    public required string Version { get; init; }

    public required DateOnly EffectiveFrom { get; init; }

    public required LocalizedText Title { get; init; }

    public required LocalizedText Text { get; init; }

    /// <summary>Of the words in both languages: a text that changed under the same version is another text.</summary>
    [JsonIgnore]
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Version}\n{Title.Ja}\n{Title.En}\n{Text.Ja}\n{Text.En}")));
}
