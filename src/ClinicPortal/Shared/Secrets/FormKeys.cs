using System.Xml.Linq;
using ClinicPortal.Shared.Data;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ClinicPortal.Shared.Secrets;

/// <summary>Keeps the data-protection keys where all nodes find them, encrypted: a cookie or form of one is good on every other.</summary>
public sealed class FormKeys(
    NpgsqlDataSource dataSource, PortalConnectionStrings connections, FormKeyEncryptor encryptor, IServiceProvider services, TimeProvider clock)
    : IXmlRepository, IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options) => (options.XmlRepository, options.XmlEncryptor) = (this, encryptor);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var elements = new List<XElement>();
        using var command = dataSource.CreateCommand("SELECT xml FROM app.data_protection_key");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            elements.Add(XElement.Parse(reader.GetString(0)));
        }
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = dataSource.CreateCommand("INSERT INTO app.data_protection_key (name, xml, created_at) VALUES ($1, $2, $3)");
        command.Parameters.Add(new NpgsqlParameter { Value = friendlyName });
        command.Parameters.Add(new NpgsqlParameter { Value = element.ToString(SaveOptions.DisableFormatting) });
        command.Parameters.Add(new NpgsqlParameter { Value = clock.GetUtcNow() });
        command.ExecuteNonQuery();
    }

    /// <summary>Brings what was stored in the open, or under an earlier master key, under the current one. As the owner: nodes only add keys.</summary>
    /// <returns>How many keys were written anew.</returns>
    public async Task<int> RenewAsync(CancellationToken cancellationToken)
    {
        await using var owner = NpgsqlDataSource.Create(connections.Owner);
        await using var connection = await owner.OpenConnectionAsync(cancellationToken);
        var stored = new List<(string Name, string Xml)>();
        await using (var read = new NpgsqlCommand("SELECT name, xml FROM app.data_protection_key", connection))
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                stored.Add((reader.GetString(0), reader.GetString(1)));
            }
        }
        var (renewed, decryptor) = (0, new FormKeyDecryptor(services));
        foreach (var (name, xml) in stored)
        {
            if (encryptor.Renew(XElement.Parse(xml), decryptor) is { } written)
            {
                await using var update = new NpgsqlCommand("UPDATE app.data_protection_key SET xml = $2 WHERE name = $1 AND xml = $3", connection)
                {
                    Parameters = { new() { Value = name }, new() { Value = written.ToString(SaveOptions.DisableFormatting) }, new() { Value = xml } },
                };
                renewed += await update.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        return renewed;
    }
}
