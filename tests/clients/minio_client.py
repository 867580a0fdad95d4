"""MinIO's Python client against the store."""

import io

from common import BUCKET, HOST, KEY_ID, LARGE, SECRET, fetch, file_of, same
from minio import Minio
from minio.commonconfig import ComposeSource, CopySource
from minio.deleteobjects import DeleteObject

client = Minio(HOST, access_key=KEY_ID, secret_key=SECRET, secure=False, region="auto")
small, large = file_of("small", 1000), file_of("large", LARGE)
client.put_object(BUCKET, "minio/a small é", io.BytesIO(small.read_bytes()), 1000, "image/png", {"colour": "blue"})
client.fput_object(BUCKET, "minio/large", str(large), part_size=10 * 1024 * 1024)
client.fget_object(BUCKET, "minio/large", "back")
same(large, "back")
part = client.get_object(BUCKET, "minio/large", offset=10485750, length=20)
assert part.read() == large.read_bytes()[10485750:10485770]
part.close()
found = client.stat_object(BUCKET, "minio/a small é")
assert (found.size, found.content_type, found.metadata["x-amz-meta-colour"]) == (1000, "image/png", "blue")
listed = [item.object_name for item in client.list_objects(BUCKET, "minio/", recursive=True, include_user_meta=False)]
assert listed == ["minio/a small é", "minio/large"], listed
client.copy_object(BUCKET, "minio/copy", CopySource(BUCKET, "minio/large"))
client.remove_object(BUCKET, "minio/large")
client.fget_object(BUCKET, "minio/copy", "back")
same(large, "back")
client.compose_object(BUCKET, "minio/twice", [ComposeSource(BUCKET, "minio/copy"), ComposeSource(BUCKET, "minio/copy")])
assert client.stat_object(BUCKET, "minio/twice").size == 2 * LARGE
assert fetch(client.presigned_get_object(BUCKET, "minio/a small é")) == (200, small.read_bytes())
names = [DeleteObject(item.object_name) for item in client.list_objects(BUCKET, "minio/", recursive=True)]
assert list(client.remove_objects(BUCKET, names)) == []
assert list(client.list_objects(BUCKET, "minio/", recursive=True)) == []
