using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ClinicPortal.Shared.Secrets;

/// <summary>An encrypted column's value, whatever is in it.</summary>
public abstract class Sealed
{
    private protected Sealed()
    {
    }

    /// <summary>What is in it, for who writes out a whole row.</summary>
    internal abstract object Plain { get; }

    /// <summary>The row that it was read with; what it says is decrypted when it is asked for.</summary>
    internal abstract void Bind(Vault vault, Guid tenantId, Guid rowId);

    /// <summary>Encrypts what was written since it was read, for this row and no other.</summary>
    internal abstract void Close(Vault vault, string intoColumn, Guid tenantId, Guid rowId);
}

/// <summary>
/// What an encrypted column holds. A query may carry it, but only <see cref="Vault.Open{T}"/>, which is told whose row it came from, says what
/// is in it; an entity's own were given their row when it was read. Nothing else can be done with one, least of all showing or comparing it.
/// </summary>
public sealed class Sealed<T> : Sealed where T : class
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private byte[]? box;
    private T? value;
    private string? column;
    private (Vault Vault, Guid TenantId, Guid RowId)? place;

    private Sealed(T value) => this.value = value;

    private Sealed(byte[] box, string column) => (this.box, this.column) = (box, column);

    /// <exception cref="TamperedException">It was changed, or belongs to another row.</exception>
    public T Value => value ??= place is var (vault, tenant, row)
        ? Opened(vault, tenant, row)
        : throw new InvalidOperationException("A sealed value that a query carried is opened by the vault, with the row it came from.");

    internal override object Plain => Value;

    public static implicit operator Sealed<T>(T value) => new(value);

    internal static Sealed<T> Stored(byte[] box, string column) => new(box, column);

    /// <summary>As it goes into the database.</summary>
    internal byte[] Box => box ?? throw new InvalidOperationException("A value must be sealed for its row before it is stored.");

    internal T Opened(Vault vault, Guid tenantId, Guid rowId)
    {
        var plain = vault.Open(column!, tenantId, rowId, Box);
        return typeof(T) == typeof(string) ? (T)(object)Encoding.UTF8.GetString(plain) : JsonSerializer.Deserialize<T>(plain, Options)!;
    }

    internal override void Bind(Vault vault, Guid tenantId, Guid rowId) => place = (vault, tenantId, rowId);

    internal override void Close(Vault vault, string intoColumn, Guid tenantId, Guid rowId)
    {
        if (box is null)
        {
            var plain = value is string text ? Encoding.UTF8.GetBytes(text) : JsonSerializer.SerializeToUtf8Bytes(value, Options);
            (box, column) = (vault.Close(intoColumn, tenantId, rowId, plain), intoColumn);
            Bind(vault, tenantId, rowId);
        }
        else if (column != intoColumn || place is not var (_, boundTenant, boundRow) || (boundTenant, boundRow) != (tenantId, rowId))
        {
            throw new InvalidOperationException($"What goes into {intoColumn} was sealed for another place: write its value, not the box.");
        }
    }
}

/// <summary>An encrypted value does not belong where it stands: it was altered, or moved from another row, column or association.</summary>
public sealed class TamperedException(string column, Guid tenantId, Guid rowId, Exception? cause = null)
    : Exception($"{column} of row {rowId} of association {tenantId} is not what the portal wrote there.", cause);
