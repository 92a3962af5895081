namespace ClinicPortal.Modules.Identity.Contracts;

/// <summary>The people of whole organisations, for those who open and close them.</summary>
public interface IOrganisationPeople
{
    /// <summary>How many people may act for each organisation now or are invited to; organisations without anybody are left out.</summary>
    Task<IReadOnlyDictionary<Guid, int>> CountAsync(IReadOnlyCollection<Guid> organisations, CancellationToken cancellationToken);

    /// <summary>Who acts for the organisation now in the role, by kana.</summary>
    Task<IReadOnlyList<OrganisationPerson>> NamesAsync(Guid organisation, string role, CancellationToken cancellationToken);

    /// <summary>The mail addresses of those who act for an organisation now in the role, and of its administrators.</summary>
    Task<IReadOnlyList<string>> MailAddressesAsync(Guid organisation, string role, CancellationToken cancellationToken);

    /// <summary>
    /// From that moment on nobody acts for the organisation. Called once it has come, it also revokes keys and machine clients, and nobody is invited any more.
    /// What ended before stays as it is; sessions end with the memberships, within seconds.
    /// </summary>
    Task EndAsync(Guid organisation, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Takes back <see cref="EndAsync"/> for those whom it ended at exactly that moment.</summary>
    Task ReopenAsync(Guid organisation, DateTimeOffset endedAt, CancellationToken cancellationToken);
}

/// <summary>Somebody of an organisation, as colleagues know the person.</summary>
public sealed record OrganisationPerson(AccountId Id, string Name, string Kana);
