using System.Text.Json;
using ClinicPortal.Shared.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace ClinicPortal.Shared.Work;

/// <summary>A durable promise to run a handler. <see cref="Payload"/> holds ids only: the table is outside row-level security.</summary>
/// <param name="DedupeKey">A second item with the same key is not written.</param>
public sealed record WorkItem(Guid Id, TenantId? Tenant, string Kind, string Payload, string DedupeKey, DateTimeOffset DueAt, DateTimeOffset CreatedAt)
{
    public static WorkItem For<T>(string kind, TenantId? tenant, T payload, string dedupeKey, DateTimeOffset now, DateTimeOffset? dueAt = null) =>
        new(Guid.CreateVersion7(now), tenant, kind, JsonSerializer.Serialize(payload), dedupeKey, dueAt ?? now, now);

    public T Read<T>() => JsonSerializer.Deserialize<T>(Payload) ?? throw new JsonException($"Work item {Id} has no payload.");

    internal NpgsqlBatchCommand InsertCommand() => new("""
        INSERT INTO app.work_item (id, tenant_id, kind, payload, dedupe_key, due_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (dedupe_key) DO NOTHING
        """)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = Id },
            new() { Value = (object?)Tenant?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter<string> { TypedValue = Kind },
            new NpgsqlParameter<string> { TypedValue = Payload, NpgsqlDbType = NpgsqlDbType.Jsonb },
            new NpgsqlParameter<string> { TypedValue = DedupeKey },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = DueAt },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = CreatedAt },
        },
    };
}

/// <summary>Does one kind of work. Runs at least once, in a session scoped to the item's tenant; must bear being run again.</summary>
public interface IWorkHandler
{
    /// <summary>Kind of the items it takes, for example <c>billing.visit-reported</c>.</summary>
    static abstract string Kind { get; }

    /// <summary>Waits for a system outside, such as a mail server: alarms and the sender of the command must not wait behind it.</summary>
    static virtual bool IsSlow => false;

    Task HandleAsync(WorkItem item, CancellationToken cancellationToken);
}

/// <summary>An event that other modules react to: one work item per subscriber, written with the change it tells of.</summary>
/// <remarks>Ids only. <see cref="Id"/> makes each subscriber's item unique.</remarks>
public interface IModuleEvent
{
    Guid Id { get; }

    TenantId Tenant { get; }
}
